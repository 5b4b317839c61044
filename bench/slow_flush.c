/* Makes every flush to disk take some milliseconds longer, and counts them.

   Preloaded into a program (LD_PRELOAD). SLOW_FLUSH_US says how long; SLOW_FLUSH_COUNT names a
   file that all preloaded programs share, whose first eight bytes are the number of flushes. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static struct timespec extra;
static volatile uint64_t *flushes;

__attribute__((constructor)) static void prepare(void)
{
    real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    const char *wait = getenv("SLOW_FLUSH_US"), *name = getenv("SLOW_FLUSH_COUNT");
    long us = wait ? atol(wait) : 0;
    extra.tv_sec = us / 1000000;
    extra.tv_nsec = us % 1000000 * 1000;
    int file = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *shared = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared != MAP_FAILED)
        flushes = shared;
    close(file);
}

static int slowed(int (*flush)(int), int file)
{
    int result = flush(file), error = errno;
    struct timespec left = extra;
    while (nanosleep(&left, &left) != 0)
        ;
    if (flushes)
        __atomic_add_fetch(flushes, 1, __ATOMIC_RELAXED);
    errno = error;
    return result;
}

int fsync(int file)
{
    return slowed(real_fsync, file);
}

int fdatasync(int file)
{
    return slowed(real_fdatasync, file);
}
