// SPDX-License-Identifier: Apache-2.0
// A host that lacks something: a filter refuses the calls by which it would be had, in a program and in all that it starts.
#include "attempts.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NEW_NAMESPACES = 0x7E020080 }; // of clone(2): NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)
#define UNLESS_ANY(bits, skip) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, skip)
#define REFUSE(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static struct sock_filter without_namespaces[] = {
    LOAD(nr), UNLESS(SYS_clone3, 1), REFUSE(ENOSYS), UNLESS(SYS_unshare, 3), LOAD(args[0]), UNLESS_ANY(NEW_NAMESPACES, 1), REFUSE(EPERM),
    LOAD(nr), UNLESS(SYS_clone, 3), LOAD(args[0]), UNLESS_ANY(NEW_NAMESPACES, 1), REFUSE(EPERM), ALLOW,
};

static struct sock_filter without_filters[] = {
    LOAD(nr), UNLESS(SYS_seccomp, 1), REFUSE(ENOSYS), UNLESS(SYS_prctl, 3), LOAD(args[0]), UNLESS(PR_SET_SECCOMP, 1), REFUSE(EINVAL), ALLOW,
};

// Becomes a program of a host that lacks namespaces, or filters.
int lacking(const char *what, char **program) {
  int namespaces = strcmp(what, "namespaces") == 0;
  if (!namespaces && strcmp(what, "filters") != 0) return MISUSED;
  struct sock_fprog filter = {.len = sizeof without_filters / sizeof *without_filters, .filter = without_filters};
  if (namespaces) filter = (struct sock_fprog){.len = sizeof without_namespaces / sizeof *without_namespaces, .filter = without_namespaces};
  if (geteuid() != 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return perror("no_new_privs"), MISUSED;
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0) return perror("seccomp"), MISUSED;
  execvp(program[0], program);
  return perror(program[0]), MISUSED;
}
