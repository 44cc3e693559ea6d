using BenchmarkDotNet.Running;
using LambdaHat.Benchmarks;

// products [path.md] [part of a shape's name]: matrix products against OpenBLAS. chain-steps WIDTHS [SECONDS]: the throughput of sampling, as
// JSON. float64: eigendecompositions against MathNet's and float64 products. Anything else goes to BenchmarkDotNet.
if (args is ["products", .. var rest])
    return ProductTable.Run(rest.Length > 0 && rest[0] != "-" ? rest[0] : null, rest.Length > 1 ? rest[1] : "");
if (args is ["chain-steps", var widths, .. var seconds])
    return ChainSteps.Run(widths, seconds.Length > 0 ? double.Parse(seconds[0], System.Globalization.CultureInfo.InvariantCulture) : 5);
if (args is ["float64", .. var sizes]) return Float64Table.Run(sizes);
BenchmarkSwitcher.FromAssembly(typeof(ProductBenchmarks).Assembly).Run(args);
return 0;
