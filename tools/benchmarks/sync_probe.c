// How long one fdatasync of a small write takes here and now: the machine may be shared.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **arguments) {
    if (count != 2) { fprintf(stderr, "usage: sync_probe FILE\n"); return 64; }
    int file = open(arguments[1], O_CREAT | O_RDWR | O_TRUNC, 0600);
    if (file < 0) { perror(arguments[1]); return 74; }
    char block[4096] = {0};
    double best = 1e9, sum = 0;
    enum { rounds = 50 };
    for (int round = 0; round < rounds; round++) {
        struct timespec a, b;
        block[0] = (char)round;
        clock_gettime(CLOCK_MONOTONIC, &a);
        if (pwrite(file, block, sizeof block, 0) != sizeof block || fdatasync(file) != 0) { perror("write"); return 74; }
        clock_gettime(CLOCK_MONOTONIC, &b);
        double milliseconds = (b.tv_sec - a.tv_sec) * 1e3 + (b.tv_nsec - a.tv_nsec) / 1e6;
        sum += milliseconds;
        if (milliseconds < best) best = milliseconds;
    }
    close(file);
    unlink(arguments[1]);
    printf("%.3f %.3f\n", best, sum / rounds);
    return 0;
}
