// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace PeerCompute.Base.Devices;

/// <summary>
/// The functions of OpenCL that are used (Khronos, The OpenCL API, version 1.2, sections 4 and 5), from the loader that the host has installed. A driver is
/// code of its maker that may crash or hang: only a child process calls these.
/// </summary>
internal static unsafe partial class OpenCl
{
    public const int Success = 0;
    public const int DeviceNotFound = -1;
    public const int CompilerNotAvailable = -3;
    public const int MemObjectAllocationFailure = -4;
    public const int OutOfResources = -5;
    public const int OutOfHostMemory = -6;
    public const int BuildProgramFailure = -11;
    public const int InvalidBufferSize = -61;

    /// <summary>CL_DEVICE_TYPE_ALL.</summary>
    public const ulong AllDevices = 0xFFFFFFFF;

    public const uint DeviceType = 0x1000;
    public const uint DeviceMaxMemAllocSize = 0x1010;
    public const uint DeviceGlobalMemSize = 0x101F;
    public const uint DeviceName = 0x102B;
    public const uint ProgramBuildLog = 0x1183;
    public const uint KernelNumArgs = 0x1191;
    public const ulong MemReadWrite = 1;

    private const string Name = "libOpenCL.so.1";

    [LibraryImport(Name, EntryPoint = "clGetPlatformIDs")]
    public static partial int GetPlatforms(uint most, nint* platforms, uint* count);

    [LibraryImport(Name, EntryPoint = "clGetDeviceIDs")]
    public static partial int GetDevices(nint platform, ulong type, uint most, nint* devices, uint* count);

    [LibraryImport(Name, EntryPoint = "clGetDeviceInfo")]
    public static partial int GetDeviceInfo(nint device, uint what, nuint size, void* value, nuint* needed);

    [LibraryImport(Name, EntryPoint = "clCreateContext")]
    public static partial nint CreateContext(nint* properties, uint count, nint* devices, nint notify, nint user, int* error);

    [LibraryImport(Name, EntryPoint = "clCreateCommandQueue")]
    public static partial nint CreateQueue(nint context, nint device, ulong properties, int* error);

    [LibraryImport(Name, EntryPoint = "clCreateProgramWithSource")]
    public static partial nint CreateProgram(nint context, uint count, byte** sources, nuint* lengths, int* error);

    [LibraryImport(Name, EntryPoint = "clBuildProgram", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int BuildProgram(nint program, uint count, nint* devices, string options, nint notify, nint user);

    [LibraryImport(Name, EntryPoint = "clGetProgramBuildInfo")]
    public static partial int GetBuildInfo(nint program, nint device, uint what, nuint size, void* value, nuint* needed);

    [LibraryImport(Name, EntryPoint = "clCreateKernel", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint CreateKernel(nint program, string name, int* error);

    [LibraryImport(Name, EntryPoint = "clGetKernelInfo")]
    public static partial int GetKernelInfo(nint kernel, uint what, nuint size, void* value, nuint* needed);

    [LibraryImport(Name, EntryPoint = "clSetKernelArg")]
    public static partial int SetArgument(nint kernel, uint index, nuint size, void* value);

    [LibraryImport(Name, EntryPoint = "clCreateBuffer")]
    public static partial nint CreateBuffer(nint context, ulong flags, nuint size, void* host, int* error);

    [LibraryImport(Name, EntryPoint = "clEnqueueFillBuffer")]
    public static partial int Fill(nint queue, nint buffer, void* pattern, nuint patternSize, nuint offset, nuint size, uint waits, nint list, nint e);

    [LibraryImport(Name, EntryPoint = "clEnqueueWriteBuffer")]
    public static partial int Write(nint queue, nint buffer, uint blocking, nuint offset, nuint size, void* from, uint waits, nint list, nint e);

    [LibraryImport(Name, EntryPoint = "clEnqueueReadBuffer")]
    public static partial int Read(nint queue, nint buffer, uint blocking, nuint offset, nuint size, void* to, uint waits, nint list, nint e);

    [LibraryImport(Name, EntryPoint = "clEnqueueNDRangeKernel")]
    public static partial int Launch(nint queue, nint kernel, uint dimensions, nuint* offset, nuint* global, nuint* local, uint waits, nint list, nint e);

    [LibraryImport(Name, EntryPoint = "clFinish")]
    public static partial int Finish(nint queue);
}
