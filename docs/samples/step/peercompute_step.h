/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A step program in C (docs/step-abi.md): define the two functions below and build with -mexec-model=reactor, see build.sh.
 * Everything that lasts from one call to the next is memory, globals, open files and the work folder; between two calls the program may be
 * stopped, moved to another machine and continued there, and does not notice.
 */
#ifndef PEERCOMPUTE_STEP_H
#define PEERCOMPUTE_STEP_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What peercompute_step answers. Anything else ends the program as failed. */
enum { PEERCOMPUTE_GO_ON = 0, PEERCOMPUTE_DONE = 1 };

/* Called once, before the first step. */
__attribute__((export_name("init"))) void peercompute_init(void);

/* Called until it answers PEERCOMPUTE_DONE. One call may use no more fuel than the job's terms grant to a step. */
__attribute__((export_name("step"))) int32_t peercompute_step(void);

#ifdef __cplusplus
}
#endif

#endif
