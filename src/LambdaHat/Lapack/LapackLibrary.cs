using System.Runtime.InteropServices;

namespace LambdaHat.Lapack;

/// <summary>
/// The system's OpenBLAS with its LAPACK routines, found at run time: the build with 64-bit integers first (libopenblas64.so.0), then that with 32-bit
/// ones (libopenblas.so.0). Its matrices are column-major: the upper triangle of a row-major matrix is its lower one. Calls are made one at a time, on as many threads as asked.
/// </summary>
public sealed unsafe class LapackLibrary
{
    /// <summary>What to install where the library is missing and a size needs it.</summary>
    public const string Package = "libopenblas64-0-pthread (or libopenblas0-pthread)";

    private static readonly string[] s_names = ["libopenblas64.so.0", "libopenblas64_.so.0", "libopenblas.so.0", "libopenblas.dylib", "libopenblas.dll"];
    private static readonly Lazy<LapackLibrary?> s_found = new(() => s_names.Select(Load).FirstOrDefault(library => library is not null));

    private readonly Lock _lock = new();
    private readonly nint _handle;
    private readonly delegate* unmanaged[Cdecl]<int, void> _setThreads;

    private LapackLibrary(nint handle, string name)
    {
        _handle = handle;
        Name = name;
        _setThreads = (delegate* unmanaged[Cdecl]<int, void>)Export("openblas_set_num_threads");
        var config = (delegate* unmanaged[Cdecl]<byte*>)Export("openblas_get_config");
        HasWideIntegers = config is not null && Marshal.PtrToStringUTF8((nint)config())?.Contains("USE64BITINT", StringComparison.Ordinal) == true;
    }

    /// <summary>The file that was loaded.</summary>
    public string Name { get; }

    /// <summary>True when its integers have 64 bits, false for 32.</summary>
    public bool HasWideIntegers { get; }

    /// <summary>The library, or null where none is installed; looked for once.</summary>
    public static LapackLibrary? Find() => BitConverter.IsLittleEndian ? s_found.Value : null;

    /// <summary>The library.</summary>
    /// <param name="purpose">What needs it, for the message.</param>
    /// <exception cref="InvalidInputException">It is not installed.</exception>
    public static LapackLibrary Require(string purpose) =>
        Find() ?? throw new InvalidInputException($"{purpose} needs LAPACK: install the system's OpenBLAS, package {Package}");

    /// <summary>Claims the library for calls with <paramref name="threads"/> threads, until the scope is disposed.</summary>
    internal Lock.Scope Enter(int threads)
    {
        var scope = _lock.EnterScope();
        if (_setThreads is not null) _setThreads(threads);
        return scope;
    }

    /// <summary>The address of a Fortran routine, with the underscore or the suffix of 64-bit builds; 0 when absent.</summary>
    internal nint Routine(string name) => Export(name + "_") is var plain and not 0 ? plain : Export(name + "_64_");

    /// <summary>The library of one name, or null where it is missing or lacks a routine.</summary>
    internal static LapackLibrary? Load(string name)
    {
        if (!NativeLibrary.TryLoad(name, out var handle)) return null;
        var library = new LapackLibrary(handle, name);
        string[] needed = [.. SymmetricRoutines.All, .. from letter in (string[])["s", "d"] from routine in PanelRoutines<double>.Names select letter + routine];
        if (needed.All(routine => library.Routine(routine) != 0)) return library;
        NativeLibrary.Free(handle);
        return null;
    }

    private nint Export(string name) => NativeLibrary.TryGetExport(_handle, name, out var address) ? address : 0;
}
