// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace PeerCompute.Base.Devices;

/// <summary>
/// The functions of CUDA's driver that are used (NVIDIA, CUDA Driver API Reference, chapter 6), from the driver that the host has installed. A driver is code
/// of its
/// maker that may crash or hang: only a child process calls these.
/// </summary>
internal static unsafe partial class Cuda
{
    // CUresult.
    public const int Success = 0;
    public const int InvalidValue = 1;
    public const int OutOfMemory = 2;
    public const int NoDevice = 100;
    public const int InvalidDevice = 101;
    public const int InvalidImage = 200;
    public const int NoBinaryForGpu = 209;
    public const int InvalidPtx = 218;
    public const int UnsupportedPtxVersion = 222;
    public const int NotFound = 500;
    public const int IllegalAddress = 700;
    public const int LaunchOutOfResources = 701;
    public const int LaunchTimeout = 702;
    public const int Assert = 710;
    public const int HardwareStackError = 714;
    public const int IllegalInstruction = 715;
    public const int MisalignedAddress = 716;
    public const int InvalidAddressSpace = 717;
    public const int InvalidPc = 718;
    public const int LaunchFailed = 719;

    // CUdevice_attribute.
    public const int CapabilityMajor = 75;
    public const int CapabilityMinor = 76;

    // CUjit_option.
    public const int ErrorLogBuffer = 5;
    public const int ErrorLogBufferBytes = 6;

    private const string Name = "libcuda.so.1";

    [LibraryImport(Name, EntryPoint = "cuInit")]
    public static partial int Init(uint flags);

    [LibraryImport(Name, EntryPoint = "cuDeviceGetCount")]
    public static partial int GetCount(int* count);

    [LibraryImport(Name, EntryPoint = "cuDeviceGet")]
    public static partial int GetDevice(int* device, int ordinal);

    [LibraryImport(Name, EntryPoint = "cuDeviceGetAttribute")]
    public static partial int GetAttribute(int* value, int attribute, int device);

    [LibraryImport(Name, EntryPoint = "cuDeviceTotalMem_v2")]
    public static partial int TotalMemory(nuint* bytes, int device);

    [LibraryImport(Name, EntryPoint = "cuCtxCreate_v2")]
    public static partial int CreateContext(nint* context, uint flags, int device);

    [LibraryImport(Name, EntryPoint = "cuCtxDestroy_v2")]
    public static partial int DestroyContext(nint context);

    [LibraryImport(Name, EntryPoint = "cuModuleLoadDataEx")]
    public static partial int LoadModule(nint* module, byte* image, uint count, int* options, nint* values);

    [LibraryImport(Name, EntryPoint = "cuModuleUnload")]
    public static partial int UnloadModule(nint module);

    [LibraryImport(Name, EntryPoint = "cuModuleGetFunction", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetFunction(nint* function, nint module, string name);

    [LibraryImport(Name, EntryPoint = "cuMemAlloc_v2")]
    public static partial int Allocate(nint* memory, nuint bytes);

    [LibraryImport(Name, EntryPoint = "cuMemFree_v2")]
    public static partial int Free(nint memory);

    [LibraryImport(Name, EntryPoint = "cuMemsetD8_v2")]
    public static partial int Fill(nint memory, byte value, nuint bytes);

    [LibraryImport(Name, EntryPoint = "cuMemcpyHtoD_v2")]
    public static partial int Write(nint to, void* from, nuint bytes);

    [LibraryImport(Name, EntryPoint = "cuMemcpyDtoH_v2")]
    public static partial int Read(void* to, nint from, nuint bytes);

    [LibraryImport(Name, EntryPoint = "cuLaunchKernel")]
    public static partial int Launch(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, void** arguments,
        void** extra);

    [LibraryImport(Name, EntryPoint = "cuCtxSynchronize")]
    public static partial int Finish();
}
