// SPDX-License-Identifier: Apache-2.0
// Attempts to get out of the sandbox. Each is a function that makes the real system calls and says what the kernel answered.
#ifndef ATTEMPTS_H
#define ATTEMPTS_H
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <sys/types.h>

enum verdict { ESCAPED = 0, STOPPED = 1, MISUSED = 2 };

struct result {
  enum verdict verdict;
  int error;        // the error number that stopped it; 0: stopped without one
  const char *note; // what was reached, or what stopped it where no error number says so
};

// What an attempt aims at. All of it belongs to the suite: nothing of the machine is touched where a wall is missing.
struct scene {
  int pid;              // a process of the same user, outside: it holds a secret, an open key, listening sockets
  unsigned long secret; // where in its memory the secret lies
  int tcp4, tcp6, udp;  // its ports on the loopback interface
  const char *abstract; // its abstract socket
  const char *folder;   // its folder: "key", "socket", "journal", "other/out"
  const char *out;      // where the attempt may write
  const char *result;   // the name there under which the node looks for the job's output
  const char *input;    // a file that it may read only
  const char *setuid;   // a program of another user with the set-user-id bit
  const char *patience; // seconds that a bomb waits at its goal for somebody to end it
  const char *program;  // its own program or library
  long memory, disk, files; // goals of the bombs, MiB, MiB and files: above what the sandbox allows
};

#define SECRET "peercompute-decoy-secret"

typedef struct result attempt_fn(const struct scene *);

struct attempt {
  const char *name;
  attempt_fn *run;
};

extern const struct attempt network_attempts[], process_attempts[], namespace_attempts[], kernel_attempts[], file_attempts[], bomb_attempts[];

struct result escaped(const char *note);
struct result stopped(int error, const char *note);
struct result misused(const char *note);
struct result judge(long answer, const char *note); // negative: stopped by errno; else escaped
struct result has_secret(int descriptor);           // reads: escaped if the secret comes
const char *at(const struct scene *, const char *name); // a path in the decoy's folder
long raw_clone(unsigned long flags);
int decoy(const char *folder, const char *ready);
int loopback(void);
int lacking(const char *what, char **program);
int alone_in_enclosure(int argc, char **argv);

#endif
