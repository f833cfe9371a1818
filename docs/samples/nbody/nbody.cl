// SPDX-License-Identifier: Apache-2.0
// Bodies that attract each other, in numbers of fixed point: whole numbers only, so that every device computes the same bits.
// A body is a place (x, y, z) and a speed, each in 2^-16 of a unit; all masses are one.

#define SOFT (1L << 30) // keeps two bodies that meet from being torn apart

uint mix(uint x) { x ^= x >> 16; x *= 0x7feb352dU; x ^= x >> 15; x *= 0x846ca68bU; return x ^ (x >> 16); }

// Each task begins with bodies of its own: a cube of 64 units, at rest.
__kernel void begin(__global int4 *place, __global int4 *speed, uint task)
{
    uint i = get_global_id(0);
    uint seed = mix(i * 3 + 1) ^ mix(task + 77);
    place[i] = (int4)((int)(mix(seed) & 0x3fffff), (int)(mix(seed + 1) & 0x3fffff), (int)(mix(seed + 2) & 0x3fffff), 0);
    speed[i] = (int4)(0);
}

ulong root(ulong n)
{
    ulong r = 0;
    for (ulong bit = 1UL << 62; bit != 0; bit >>= 2)
    {
        if (n >= r + bit) { n -= r + bit; r = (r >> 1) + bit; }
        else r >>= 1;
    }
    return r;
}

__kernel void pull(__global const int4 *place, __global int4 *speed, uint bodies)
{
    uint i = get_global_id(0);
    int4 me = place[i];
    long ax = 0, ay = 0, az = 0;
    for (uint j = 0; j < bodies; j++)
    {
        long dx = place[j].x - me.x, dy = place[j].y - me.y, dz = place[j].z - me.z;
        long square = dx * dx + dy * dy + dz * dz + SOFT;
        long distance = (long)root((ulong)square);
        long cube = (square >> 16) * (distance >> 2); // 2^-30 of the cube
        ax += (dx << 24) / cube;
        ay += (dy << 24) / cube;
        az += (dz << 24) / cube;
    }
    speed[i] += (int4)((int)ax, (int)ay, (int)az, 0);
}

__kernel void go(__global int4 *place, __global const int4 *speed)
{
    uint i = get_global_id(0);
    place[i] += speed[i];
}
