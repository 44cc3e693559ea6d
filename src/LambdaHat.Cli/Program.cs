using LambdaHat.Cli;

using var interruption = new Interruption();
var code = LambdaHatCommand.Run(args, Terminal.OfProcess(), interruption.Token);
return code == ExitCode.Interrupted ? interruption.ExitCode : code;
