/* SPDX-License-Identifier: Apache-2.0 */
/* Jumps out of nested calls, which the WebAssembly that we accept cannot do: setjmp goes on as ever, longjmp ends the program. */
#ifndef COMPAT_SETJMP_H
#define COMPAT_SETJMP_H

typedef int jmp_buf[1];
#define setjmp(where) (0)
_Noreturn void longjmp(jmp_buf where, int value);
#endif
