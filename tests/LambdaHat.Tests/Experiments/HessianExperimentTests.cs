using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Experiments;
using LambdaHat.Experiments.Hessian;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Spectra;

namespace LambdaHat.Tests.Experiments;

/// <summary>What the experiments on Hessian-rank bounds measure, against closed forms.</summary>
public sealed class HessianExperimentTests
{
    // One number after another: (a² − b²)/(a² + b²); with a ReLU the incoming bias counts with the incoming weight.
    [Theory]
    [InlineData(2, 1, 0.6)]
    [InlineData(3, -3, 0)]
    public void Imbalance_of_two_numbers_is_known(float a, float b, double expected)
    {
        Assert.Equal(expected, Imbalance.Of(Objective(new Network(new Dense(1, 1, bias: false), new Dense(1, 1, bias: false)), [a, b])), 1e-12);
        Assert.Equal(((a * a) + 4 - (b * b)) / ((a * a) + 4.0 + (b * b)), Imbalance.Of(Objective(new Network(new Dense(1, 1), new Relu(1), new Dense(1, 1)), [a, 2, b, 5])), 1e-12);
    }

    // Between linear layers the off-diagonal counts, between ReLU only the diagonal: W₁W₁ᵀ = (5 4; 4 5), W₂ᵀW₂ = 5·1, Frobenius norms √82, √50 and of the difference √32.
    [Fact]
    public void Imbalance_of_matrices_looks_at_what_the_layers_share()
    {
        float[] w = [2, 1, 1, 2, 1, 2, 2, -1];
        Dense First() => new(2, 2, bias: false);
        Assert.Equal(Math.Sqrt(32) / (Math.Sqrt(82) + Math.Sqrt(50)), Imbalance.Of(Objective(new Network(First(), First()), w)), 1e-12);
        Assert.Equal(0, Imbalance.Of(Objective(new Network(First(), new Relu(2), First()), w)), 1e-12);
    }

    // f = abx: the Jacobian is along (b, a), so that the top eigenvector keeps (2ab)²/(a² + b²)² of w* = (a, b), and both all of it. Float32 holds 2⁻²⁴ of each number.
    [Theory]
    [InlineData(2, 1, 0.64)]
    [InlineData(3, 3, 1)]
    public void A_projection_keeps_a_known_share(float a, float b, double expected)
    {
        var objective = Objective(new Network(new Dense(1, 1, bias: false), new Dense(1, 1, bias: false)), [a, b]);
        foreach (var method in (ProjectionMethod[])[ProjectionMethod.Eigenvectors, ProjectionMethod.Filter])
        {
            var points = HessianSpectrum.Find(objective, null, null, new() { Projections = method }).Projections;
            Assert.Equal(expected, points.First(p => p.Count == 1).NormShare, 1e-6);
        }
        // One curved direction of 2(a² + b²), at nβ = 3 and γ = 5.
        var curvature = 2.0 * ((a * a) + (b * b));
        Assert.Equal(0.5 * 3 * curvature / ((3 * curvature) + 5), HessianSpectrum.Find(objective, null, null, new()).QuadraticAt(3, 5).Value, 1e-6);
        Assert.Equal([0, expected, 1], HessianSpectrum.Find(objective, null, null, new() { Projections = ProjectionMethod.Eigenvectors }).Projections.Select(p => Math.Round(p.NormShare, 6)));
    }

    // Table 4 of the paper: its modular addition follows from its formula, its handwritten digits do not.
    [Fact]
    public void The_formula_of_the_paper_gives_one_of_its_rows()
    {
        Assert.Equal((516, 21_807.25), (new RankBounds(86_197, 1032).Lower, new RankBounds(86_197, 1032).Upper));
        Assert.Equal(12_577.5, new RankBounds(42_310, 8000).Upper);
    }

    // Counts by probes become those of the eigenvalues, down to where these are told from rounding (0.09); two of the ten directions are flat, and bound nothing.
    [Fact]
    public void Exact_counts_take_the_place_of_probed_ones()
    {
        static JsonObject Probed() => JsonNode.Parse("""{"d":10,"parameters_sha256":"w","flat":2,"cutoff_rank":4.2,"cutoff_tau":0.5,"k":[0,4.2,4.9,5.9],"k_tau":[9,0.5,0.089999,0.01],"lower":2.1,"upper":3.55}""")!.AsObject();
        var whole = new ExperimentRow(JsonNode.Parse("""{"key":"rank","parameters_sha256":"w","floor":0.01,"largest":9,"eigenvalues":[9,3,0.7,0.5,0.2,0.1]}""")!.AsObject());
        var row = HessianRow.Counted(Probed(), whole);
        Assert.Equal("""{"d":10,"parameters_sha256":"w","flat":2,"cutoff_rank":3,"cutoff_tau":0.5,"k":[0,3,6,5.9],"k_tau":[9,0.5,0.089999,0.01],"lower":1.5,"upper":2.75,"probed_rank":4.2}""", row.ToJsonString());
        Assert.Equal(Probed().ToJsonString(), HessianRow.Counted(Probed(), new ExperimentRow([])).ToJsonString());
        whole.Json["parameters_sha256"] = "another";
        Assert.Throws<InvalidOperationException>(() => HessianRow.Counted(Probed(), whole));
    }

    // ½·(8/(8 + 3) + 3/(3 + 3)) at γ/nβ = 3, and of the three that are neither flat nor seen at most ½·3·1/(1 + 3); without eigenvalues only what the row has.
    [Fact]
    public void The_second_opinion_is_that_of_the_spectrum()
    {
        static ExperimentRow Row(string json) => new(JsonNode.Parse(json)!.AsObject());
        var counted = Row("""{"key":"rank","eigenvalues":[8,3],"d":7,"flat":2,"floor":0.125,"largest":8,"nbeta":2,"gamma":2,"lambda_quad":1.25}""");
        Assert.Equal((0.5 * ((8.0 / 11) + 0.5), 0.375), HessianRow.Quadratic(counted, 2, 6));
        Assert.Equal((1.25, 0.75), HessianRow.Quadratic(counted, 2, 2));
        var probed = Row("""{"key":"rank","nbeta":2,"gamma":6,"lambda_quad":7.5,"lambda_quad_error":0.25}""");
        Assert.Equal((7.5, 0.25), HessianRow.Quadratic(probed, 2, 6));
        Assert.Null(HessianRow.Quadratic(probed, 2, 60));
    }

    [Fact]
    public void Handwritten_digits_say_what_they_need()
    {
        var folder = Environment.GetEnvironmentVariable(HessianMnist.Folder);
        Environment.SetEnvironmentVariable(HessianMnist.Folder, null);
        try
        {
            var job = new HessianMnist().Jobs(ExperimentSize.Default, 0)[0];
            Assert.Contains("set the environment variable LAMBDAHAT_MNIST", Assert.Throws<InvalidInputException>(() => job.Run(new JobScope(new ExperimentRows(), 1, CancellationToken.None))).Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(HessianMnist.Folder, folder);
        }
    }

    private static NetworkObjective Objective(Network network, float[] w) => new(network, SquaredError.Sum, new ArrayDataSet(network.Inputs == 1 ? [1, -1] : [1, 0, 0, 1], network.Inputs, new float[2 * network.Outputs], network.Outputs), w);
}
