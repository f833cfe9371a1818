// SPDX-License-Identifier: Apache-2.0
// Never ends.
int main(void) {
    for (volatile int i = 0;; i++) {}
}
