namespace LambdaHat.Tests.Data;

/// <summary>A clock that goes when it is told to.</summary>
internal sealed class SetTime : TimeProvider
{
    public TimeSpan Now { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;
}
