/* SPDX-License-Identifier: Apache-2.0 */
/* What mawk's configure would find out about wasi-libc. Pipes are called real so that opening one fails as it should. */
#define HAVE_ERRNO_H 1
#define HAVE_FCNTL_H 1
#define HAVE_UNISTD_H 1
#define HAVE_ISNAN 1
#define HAVE_MKTIME 1
#define HAVE_STRFTIME 1
#define HAVE_FORK 1
#define HAVE_PIPE 1
#define HAVE_WAIT 1
#define HAVE_SYS_WAIT_H 1
#define HAVE_REAL_PIPES 1
#define SIZE_T_STDDEF_H 1
#define MAX__INT 0x7fffffff
#define MAX__LONG 0x7fffffffL
#define MAX__UINT 0xffffffffU
#define MAWK_RAND_MAX 0x7fffffff
#define mawk_srand(seed) srandom((unsigned)(seed))
#define mawk_rand() random()
#define NAME_RANDOM "srandom/random"
#define SYSTEM_NAME "wasi"
#define GCC_NORETURN
#define GCC_UNUSED
#define OPT_TRACE 0
