using LambdaHat.Cli;

using var interruption = new Interruption();
var code = LambdaHatCommand.Run(args, Terminal.OfProcess(), interruption.Token);
if (code != ExitCode.Interrupted) return code;
Interruption.Leave(interruption.ExitCode);
return interruption.ExitCode;
