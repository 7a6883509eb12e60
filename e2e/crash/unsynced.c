/* A disk that forgets: remembers every write to SQLite's files until fsync, so that whoever pulls the plug can take back what
 * was never promised to be there. Loaded before the C library (LD_PRELOAD); power.mjs builds it and takes the writes back.
 *
 *   UNSYNCED_LOGS  folder for the logs, one for each file: what it said before and what was written, newest last
 *   UNSYNCED_DEAF  files whose name ends so are never synced, whatever the program asks: synchronous=NORMAL is such a disk
 *
 * A record: five 64-bit numbers (1 for a cut or 0 for a write, offset, length, size of the file before, length of what was
 * there), what was there, what was written. All of it stays in the page cache, which outlives a killed process. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { FDS = 65536, FILES = 16, UNKNOWN = 0, NOT_OURS = 1, OURS = 2 };

static struct file { char name[256]; int log; int deaf; } files[FILES];
static int known;
static unsigned char fds[FDS];
/* Between what is remembered and what is written nothing else may come. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int ends(const char *text, const char *end) {
    size_t a = strlen(text), b = strlen(end);
    return a >= b && strcmp(text + a - b, end) == 0;
}

/* Which of our files it is; NULL for everything else. */
static struct file *file_of(int fd) {
    if (fd < 0 || fd >= FDS || fds[fd] == NOT_OURS) return NULL;
    if (fds[fd] >= OURS) return &files[fds[fd] - OURS];
    const char *logs = getenv("UNSYNCED_LOGS"), *deaf = getenv("UNSYNCED_DEAF");
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0 || !logs) return NULL;
    path[length] = 0;
    if (!ends(path, ".db") && !ends(path, ".db-wal") && !ends(path, ".db-journal")) {
        fds[fd] = NOT_OURS;
        return NULL;
    }
    const char *name = strrchr(path, '/') + 1;
    for (int i = 0; i < known; i++)
        if (strcmp(files[i].name, name) == 0) {
            fds[fd] = OURS + i;
            return &files[i];
        }
    if (known == FILES || strlen(name) >= sizeof files[0].name) abort();
    struct file *file = &files[known];
    strcpy(file->name, name);
    file->deaf = deaf && ends(name, deaf);
    snprintf(path, sizeof path, "%s/%s", logs, file->name);
    file->log = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file->log < 0) abort();
    fds[file->log] = NOT_OURS;
    fds[fd] = OURS + known++;
    return file;
}

static void remember(struct file *file, int fd, int cut, uint64_t offset, const void *said, uint64_t length) {
    struct stat now;
    if (fstat(fd, &now) != 0) abort();
    uint64_t size = now.st_size;
    uint64_t end = cut ? size : offset + length;
    uint64_t there = offset >= size ? 0 : (end < size ? end : size) - offset;
    char *before = malloc(there + 1);
    for (uint64_t got = 0; got < there;) {
        ssize_t part = pread(fd, before + got, there - got, offset + got);
        if (part <= 0) abort();
        got += part;
    }
    uint64_t head[5] = {cut, offset, length, size, there};
    struct iovec parts[3] = {{head, sizeof head}, {before, there}, {(void *)said, cut ? 0 : length}};
    if (writev(file->log, parts, 3) < 0) abort();
    free(before);
}

static ssize_t write_at(int fd, const void *said, size_t length, off64_t offset, int moves) {
    struct file *file = file_of(fd);
    if (!file) return moves ? REAL(write)(fd, said, length) : REAL(pwrite64)(fd, said, length, offset);
    if (moves) offset = lseek64(fd, 0, SEEK_CUR);
    remember(file, fd, 0, offset, said, length);
    return moves ? REAL(write)(fd, said, length) : REAL(pwrite64)(fd, said, length, offset);
}

static ssize_t locked_write(int fd, const void *said, size_t length, off64_t offset, int moves) {
    if (fd >= 0 && fd < FDS && fds[fd] == NOT_OURS)
        return moves ? REAL(write)(fd, said, length) : REAL(pwrite64)(fd, said, length, offset);
    pthread_mutex_lock(&lock);
    ssize_t done = write_at(fd, said, length, offset, moves);
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

ssize_t write(int fd, const void *said, size_t length) { return locked_write(fd, said, length, 0, 1); }
ssize_t pwrite(int fd, const void *said, size_t length, off_t offset) { return locked_write(fd, said, length, offset, 0); }
ssize_t pwrite64(int fd, const void *said, size_t length, off64_t offset) { return locked_write(fd, said, length, offset, 0); }

int ftruncate64(int fd, off64_t length) {
    pthread_mutex_lock(&lock);
    struct file *file = file_of(fd);
    if (file) remember(file, fd, 1, length, NULL, 0);
    int done = REAL(ftruncate64)(fd, length), error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

/* From here on it is promised. Nobody pulls a real plug here, so it is not the real one; but it takes as long, and whoever is
 * killed meanwhile has nothing of it yet. */
static int synced(int fd, int (*real)(int)) {
    pthread_mutex_lock(&lock);
    struct file *file = file_of(fd);
    if (file && !file->deaf) nanosleep(&(struct timespec){0, 3000000}, NULL);
    int done = !file ? real(fd) : file->deaf ? 0 : REAL(ftruncate64)(file->log, 0);
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}
int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

static void unknown(int fd) {
    if (fd >= 0 && fd < FDS) fds[fd] = UNKNOWN;
}
int close(int fd) {
    unknown(fd);
    return REAL(close)(fd);
}

#define OPEN(name)                                                        \
    int name(const char *path, int flags, ...) {                          \
        va_list more;                                                     \
        va_start(more, flags);                                            \
        mode_t mode = va_arg(more, mode_t);                               \
        va_end(more);                                                     \
        int fd = REAL(name)(path, flags, mode);                           \
        unknown(fd);                                                      \
        return fd;                                                        \
    }
OPEN(open)
OPEN(open64)
