namespace LambdaHat.Experiments;

/// <summary>How much of an experiment is run.</summary>
public enum ExperimentSize
{
    /// <summary>Seconds: enough for numbers to be checked by tests.</summary>
    Smoke,

    /// <summary>Minutes on two cores.</summary>
    Default,

    /// <summary>The source's own sizes.</summary>
    Full,
}
