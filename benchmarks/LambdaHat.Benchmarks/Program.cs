using BenchmarkDotNet.Running;
using LambdaHat.Benchmarks;

// products [path.md] [part of a shape's name]: the quick table. Anything else goes to BenchmarkDotNet.
if (args is ["products", .. var rest])
    return ProductTable.Run(rest.Length > 0 && rest[0] != "-" ? rest[0] : null, rest.Length > 1 ? rest[1] : "");
BenchmarkSwitcher.FromAssembly(typeof(ProductBenchmarks).Assembly).Run(args);
return 0;
