// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Devices;

/// <summary>Where the loader of OpenCL has a device.</summary>
/// <param name="Platform">Its platform, counted from 0.</param>
/// <param name="Device">Its place in the platform, counted from 0.</param>
public sealed record DevicePlace(int Platform, int Device);
