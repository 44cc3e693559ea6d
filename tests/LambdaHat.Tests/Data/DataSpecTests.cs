using LambdaHat.Data;

namespace LambdaHat.Tests.Data;

public class DataSpecTests
{
    [Theory]
    [InlineData("mnist:some/dir", "mnist", "some/dir", "")]
    [InlineData("npz:a=b,c.npz,y=labels,x=inputs", "npz", "a=b,c.npz", "x=inputs y=labels")]
    [InlineData("npz:C:\\data\\x.npz", "npz", "C:\\data\\x.npz", "")]
    [InlineData("safetensors:f.st,x-test=xt", "safetensors", "f.st", "x-test=xt")]
    [InlineData("csv:t.csv,target=price (EUR)", "csv", "t.csv", "target=price (EUR)")]
    [InlineData("modular-addition:53", "modular-addition", "53", "")]
    [InlineData("matrix-factorisation:20,seed=4", "matrix-factorisation", "20", "seed=4")]
    [InlineData("dln", "dln", "", "")]
    [InlineData("dln,n=1000,seed=1", "dln", "", "n=1000 seed=1")]
    public void Specs_are_read_and_written(string text, string scheme, string location, string options)
    {
        var spec = DataSpec.Parse(text);
        Assert.Equal((scheme, location, options), (spec.Scheme, spec.Location, string.Join(' ', spec.Options.Select(o => $"{o.Key}={o.Value}"))));
        Assert.Equal(spec, DataSpec.Parse(spec.ToString()));
        Assert.Equal(spec.GetHashCode(), DataSpec.Parse(spec.ToString()).GetHashCode());
    }

    [Theory]
    [InlineData("mnits:dir", "data \"mnits:dir\": unknown scheme \"mnits\"; expected one of mnist, npz, safetensors, csv, modular-addition, matrix-factorisation, dln; did you mean \"mnist\"?")]
    [InlineData("csv:t.csv,targte=y", "unknown key \"targte\"; csv takes \"target\", \"test\"; did you mean \"target\"?")]
    [InlineData("mnist:dir,x=y", "unknown key \"x\"; mnist takes none")]
    [InlineData("npz:f,x=a,x=b", "\"x\" is given twice")]
    [InlineData("npz:f,x=", "\"x\" has no value")]
    [InlineData("npz", "expected npz:FILE[,x=NAME,y=NAME]")]
    [InlineData("npz:", "expected npz:FILE[,x=NAME,y=NAME]")]
    [InlineData("dln:5", "expected dln[,n=COUNT,seed=S]")]
    [InlineData("dln,n=0", "n must be a whole number from 1 to 2147483647, got \"0\"")]
    [InlineData("modular-addition:1", "modulus must be a whole number from 2 to 4096, got \"1\"")]
    [InlineData("modular-addition:x", "modulus must be a whole number from 2 to 4096, got \"x\"")]
    [InlineData("matrix-factorisation:99999", "size must be a whole number from 1 to 2048, got \"99999\"")]
    [InlineData("matrix-factorisation:3,seed=-1", "seed must be a whole number from 0 to")]
    [InlineData("", "unknown scheme \"\"")]
    public void Wrong_specs_are_refused_with_the_nearest_name(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidInputException>(() => DataSpec.Parse(text)).Message, StringComparison.Ordinal);
}
