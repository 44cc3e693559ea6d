using LambdaHat.Reporting;

namespace LambdaHat.Cli.Commands;

/// <summary>The writing of results, which must not lose them: they are printed whether or not a disk is full or a folder is closed.</summary>
internal static class Saving
{
    /// <summary>What went wrong, to be thrown once the result has been printed; null where nothing did.</summary>
    public static InvalidInputException? Try(Action write)
    {
        try
        {
            write();
            return null;
        }
        catch (Exception e) when (e is InvalidInputException or IOException or UnauthorizedAccessException)
        {
            return e as InvalidInputException ?? new InvalidInputException(e.Message, e);
        }
    }

    /// <summary>The failure, with the note left to have the run again by once there is a place for it.</summary>
    public static InvalidInputException Failed(RunNote note, InvalidInputException failure)
    {
        note.Keep();
        return failure;
    }
}
