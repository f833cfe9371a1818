// SPDX-License-Identifier: Apache-2.0
// A plate whose edges are held hot and cold: the heat inside it after some rounds, by as many processes as mpirun starts. Each has a band of rows and
// gives its neighbours the outer ones in each round. heat ROUNDS PLATE FILE writes the plate as a picture (PGM), hot is white.
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 256 };

static double edge(int row, int column, int corner) {
  if (row < 0) return 1.0;                                 // above
  if (row >= SIDE) return corner % 2 ? 0.5 : 0.0;          // below
  if (column < 0) return corner / 2 % 2 ? 1.0 : 0.0;       // left
  return 0.0;                                              // right
}

int main(int argc, char **argv) {
  int rank, size;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  if (argc != 4 || SIDE % size != 0) {
    if (rank == 0) fprintf(stderr, "heat ROUNDS PLATE FILE, by a number of processes that divides %d\n", SIDE);
    MPI_Abort(MPI_COMM_WORLD, 2);
  }
  int rounds = atoi(argv[1]), plate = atoi(argv[2]), rows = SIDE / size, first = rank * rows;
  double (*now)[SIDE] = calloc(rows + 2, sizeof *now), (*next)[SIDE] = calloc(rows + 2, sizeof *next);
  for (int c = 0; c < SIDE; c++) {
    if (rank == 0) now[0][c] = next[0][c] = edge(-1, c, plate);
    if (rank == size - 1) now[rows + 1][c] = next[rows + 1][c] = edge(SIDE, c, plate);
  }
  for (int round = 1; round <= rounds; round++) {
    int up = rank > 0 ? rank - 1 : MPI_PROC_NULL, down = rank < size - 1 ? rank + 1 : MPI_PROC_NULL;
    MPI_Sendrecv(now[1], SIDE, MPI_DOUBLE, up, 0, now[rows + 1], SIDE, MPI_DOUBLE, down, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    MPI_Sendrecv(now[rows], SIDE, MPI_DOUBLE, down, 1, now[0], SIDE, MPI_DOUBLE, up, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    double moved = 0, most;
    for (int r = 1; r <= rows; r++)
      for (int c = 0; c < SIDE; c++) {
        double left = c > 0 ? now[r][c - 1] : edge(first + r - 1, -1, plate), right = c < SIDE - 1 ? now[r][c + 1] : edge(first + r - 1, SIDE, plate);
        next[r][c] = (now[r - 1][c] + now[r + 1][c] + left + right) / 4;
        double by = next[r][c] > now[r][c] ? next[r][c] - now[r][c] : now[r][c] - next[r][c];
        if (by > moved) moved = by;
      }
    void *spare = now;
    now = next;
    next = spare;
    if (round % 1000 != 0) continue;
    MPI_Reduce(&moved, &most, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
    if (rank == 0) fprintf(stderr, "::progress %.1f\n::metric moved %.3e %d\n", 100.0 * round / rounds, most, round);
  }
  unsigned char *band = malloc(rows * SIDE), *whole = rank == 0 ? malloc(SIDE * SIDE) : NULL;
  for (int i = 0; i < rows * SIDE; i++) band[i] = (unsigned char)(now[1 + i / SIDE][i % SIDE] * 255 + 0.5);
  MPI_Gather(band, rows * SIDE, MPI_BYTE, whole, rows * SIDE, MPI_BYTE, 0, MPI_COMM_WORLD);
  if (rank == 0) {
    FILE *file = fopen(argv[3], "wb");
    int good = file && fprintf(file, "P5\n%d %d\n255\n", SIDE, SIDE) > 0 && fwrite(whole, SIDE, SIDE, file) == SIDE && fclose(file) == 0;
    if (!good) MPI_Abort(MPI_COMM_WORLD, 3);
  }
  MPI_Finalize();
  return 0;
}
