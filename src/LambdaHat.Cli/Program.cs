using LambdaHat.Cli;

using var interruption = new Interruption();
return LambdaHatCommand.Run(args, Terminal.OfProcess(), interruption.Token);
