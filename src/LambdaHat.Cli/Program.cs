Console.WriteLine("lambdahat");
