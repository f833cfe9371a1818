// SPDX-License-Identifier: Apache-2.0
// Calls every socket function of WASI preview 1 on every descriptor. Exit code 0 if one worked (it must not), 8 if none did.
#include <wasi/api.h>

int main(void) {
    uint8_t byte = 0;
    __wasi_ciovec_t out = {&byte, 1};
    __wasi_iovec_t in = {&byte, 1};
    __wasi_size_t size;
    __wasi_roflags_t flags;
    for (__wasi_fd_t fd = 0; fd < 64; fd++) {
        if (__wasi_sock_send(fd, &out, 1, 0, &size) == 0) return 0;
        if (__wasi_sock_recv(fd, &in, 1, 0, &size, &flags) == 0) return 0;
        if (__wasi_sock_shutdown(fd, __WASI_SDFLAGS_WR) == 0) return 0;
    }
    return 8;
}
