using LambdaHat;
using LambdaHat.Bars;

// A bar by name makes its runs that are not there yet, one line of JSON each, in benchmarks/results/bars (--out DIR); --count and --minutes end a slice, --only picks runs by name. summary prints what
// the results there are held to. To make a run again, delete its line.
try
{
    if (args is ["summary", .. var rest]) return Summary.Print(Arguments.Parse(rest));
    if (args is [var name, .. var options] && Bar.All.TryGetValue(name, out var make))
    {
        var arguments = Arguments.Parse(options);
        return Slice.Run(name, make(arguments), arguments);
    }
    Console.Error.WriteLine($"expected summary [--out DIR], or one of {string.Join(", ", Bar.All.Keys)} with [--count RUNS] [--minutes M] [--only TEXT] [--out DIR] and its own options");
}
catch (InvalidInputException error)
{
    Console.Error.WriteLine(error.Message);
}
return 1;
