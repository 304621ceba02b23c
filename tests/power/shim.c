/* Between a process and its disk: counts every operation on the files of one folder, and can record
 * it, refuse it, do a part of it, or end the process there. For LD_PRELOAD on Linux; until
 * `power_watch` is called nothing is looked at. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { OPEN, CREATE, WRITE, TRUNCATE, SYNC, LINK, RENAME, UNLINK, MKDIR, MARK };
enum act { LOOK, KILL, TEAR, FAIL, SHORT };

#define FILES 4096
static uint64_t watched[FILES]; /* the file's number, by its handle */
static char folder[PATH_MAX];
static size_t folder_len;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int trace = -1;
static long count, fires_at, part;
static int act, error, mask, lasting;

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static ssize_t plainly_write(int fd, const void *data, size_t size) {
    REAL(ssize_t, write, int, const void *, size_t);
    return real(fd, data, size);
}

void power_watch(const char *path) {
    snprintf(folder, sizeof folder, "%s", path);
    folder_len = strlen(folder);
    memset(watched, 0, sizeof watched);
    count = 0;
    act = LOOK;
}

/* At the operation `at`, or the first after it whose kind is in `kinds` (a bit each). */
void power_arm(int what, long at, int with_error, long bytes, int kinds, int stays) {
    act = what;
    fires_at = at;
    error = with_error;
    part = bytes;
    mask = kinds;
    lasting = stays;
}

long power_count(void) { return count; }

static void put(int32_t kind, uint64_t file, int64_t offset, const char *path, size_t path_len,
                const void *data, int64_t size) {
    if (trace < 0) return;
    struct __attribute__((packed)) {
        int32_t kind, path_len;
        uint64_t file;
        int64_t offset, size;
    } head = {kind, (int32_t)path_len, file, offset, size};
    plainly_write(trace, &head, sizeof head);
    plainly_write(trace, path, path_len);
    if (data) plainly_write(trace, data, (size_t)size);
}

void power_mark(long number) {
    pthread_mutex_lock(&turn);
    put(MARK, 0, number, "", 0, NULL, 0);
    pthread_mutex_unlock(&turn);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static int inside(const char *path) {
    return folder_len && !strncmp(path, folder, folder_len) &&
           (path[folder_len] == '/' || !path[folder_len]);
}

static uint64_t number_of(int fd) { return fd >= 0 && fd < FILES ? watched[fd] : 0; }

/* Whether this operation is the one; then what to do instead. Every operation comes by here once. */
static int strikes(int kind) {
    count++;
    if (act == LOOK || count < fires_at || !(mask & (1 << kind))) return LOOK;
    int now = act;
    if (!lasting) act = LOOK;
    if (now == KILL) die();
    return now;
}

/* Around an operation that has no bytes: refused, or done and then the end. */
#define WHOLE(kind, doing, noting) \
    pthread_mutex_lock(&turn); \
    int struck = strikes(kind); \
    int result; \
    if (struck == FAIL || struck == SHORT) { \
        errno = error; \
        result = -1; \
    } else { \
        result = (doing); \
        int kept = errno; \
        if (result >= 0) { noting; } \
        if (struck == TEAR) die(); \
        errno = kept; \
    } \
    pthread_mutex_unlock(&turn); \
    return result

static uint64_t inode(int fd) {
    struct stat found;
    return fstat(fd, &found) ? 0 : (uint64_t)found.st_ino;
}

static void note_open(int fd, const char *path, int kind) {
    if (fd >= FILES) return;
    watched[fd] = inode(fd);
    put(kind, watched[fd], 0, path, strlen(path), NULL, 0);
}

static void note_emptied(int fd) { put(TRUNCATE, number_of(fd), 0, "", 0, NULL, 0); }

static int opened(const char *path, int flags, mode_t mode,
                  int (*real)(const char *, int, ...)) {
    if (!inside(path)) return real(path, flags, mode);
    struct stat before;
    int there = !stat(path, &before);
    if (there && !(flags & O_TRUNC && (flags & O_ACCMODE) != O_RDONLY)) {
        pthread_mutex_lock(&turn);
        int fd = real(path, flags, mode);
        int kept = errno;
        if (fd >= 0) note_open(fd, path, OPEN);
        errno = kept;
        pthread_mutex_unlock(&turn);
        return fd;
    }
    if (!there && !(flags & O_CREAT)) return real(path, flags, mode);
    WHOLE(there ? TRUNCATE : CREATE, real(path, flags, mode), {
        note_open(result, path, there ? OPEN : CREATE);
        if (there) note_emptied(result);
    });
}

#define OPENING(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, name, const char *, int, ...); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { \
            va_list more; \
            va_start(more, flags); \
            mode = va_arg(more, mode_t); \
            va_end(more); \
        } \
        return opened(path, flags, mode, real); \
    }
OPENING(open)
OPENING(open64)

#define OPENING_AT(name, plain) \
    int name(int at, const char *path, int flags, ...) { \
        REAL(int, name, int, const char *, int, ...); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { \
            va_list more; \
            va_start(more, flags); \
            mode = va_arg(more, mode_t); \
            va_end(more); \
        } \
        return inside(path) ? plain(path, flags, mode) : real(at, path, flags, mode); \
    }
OPENING_AT(openat, open)
OPENING_AT(openat64, open64)

int close(int fd) {
    REAL(int, close, int);
    if (number_of(fd)) {
        pthread_mutex_lock(&turn);
        watched[fd] = 0;
        int result = real(fd);
        pthread_mutex_unlock(&turn);
        return result;
    }
    return real(fd);
}

static ssize_t written(int fd, const void *data, size_t size, off_t offset, int moves) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off_t);
    pthread_mutex_lock(&turn);
    int struck = strikes(WRITE);
    ssize_t result = -1;
    if (struck == FAIL) {
        errno = error;
    } else {
        if (struck == TEAR || struck == SHORT) {
            size_t least = struck == SHORT; /* none written at all is no short write */
            size = size > least ? least + (size_t)part % (size - least) : size;
        }
        result = moves ? plainly_write(fd, data, size) : real(fd, data, size, offset);
        if (result > 0) put(WRITE, number_of(fd), offset, "", 0, data, result);
        if (struck == TEAR) die();
    }
    pthread_mutex_unlock(&turn);
    return result;
}

ssize_t write(int fd, const void *data, size_t size) {
    if (!number_of(fd)) return plainly_write(fd, data, size);
    int flags = fcntl(fd, F_GETFL);
    return written(fd, data, size, lseek(fd, 0, flags & O_APPEND ? SEEK_END : SEEK_CUR), 1);
}

#define WRITING(name) \
    ssize_t name(int fd, const void *data, size_t size, off_t offset) { \
        REAL(ssize_t, name, int, const void *, size_t, off_t); \
        return number_of(fd) ? written(fd, data, size, offset, 0) : real(fd, data, size, offset); \
    }
WRITING(pwrite)
WRITING(pwrite64)

#define CUTTING(name) \
    int name(int fd, off_t size) { \
        REAL(int, name, int, off_t); \
        if (!number_of(fd)) return real(fd, size); \
        WHOLE(TRUNCATE, real(fd, size), put(TRUNCATE, number_of(fd), size, "", 0, NULL, 0)); \
    }
CUTTING(ftruncate)
CUTTING(ftruncate64)

#define SYNCING(name) \
    int name(int fd) { \
        REAL(int, name, int); \
        if (!number_of(fd)) return real(fd); \
        WHOLE(SYNC, real(fd), put(SYNC, number_of(fd), 0, "", 0, NULL, 0)); \
    }
SYNCING(fsync)
SYNCING(fdatasync)

static void put_two(int kind, const char *from, const char *to) {
    char both[2 * PATH_MAX + 2];
    size_t first = strlen(from), second = strlen(to);
    if (first >= PATH_MAX || second >= PATH_MAX) return;
    memcpy(both, from, first + 1);
    memcpy(both + first + 1, to, second);
    put(kind, 0, 0, both, first + 1 + second, NULL, 0);
}

#define NAMING(name, kind) \
    int name(const char *from, const char *to) { \
        REAL(int, name, const char *, const char *); \
        if (!inside(to)) return real(from, to); \
        WHOLE(kind, real(from, to), put_two(kind, from, to)); \
    }
NAMING(link, LINK)
NAMING(rename, RENAME)

int linkat(int at, const char *from, int to_at, const char *to, int flags) {
    REAL(int, linkat, int, const char *, int, const char *, int);
    if (!inside(to)) return real(at, from, to_at, to, flags);
    WHOLE(LINK, real(at, from, to_at, to, flags), put_two(LINK, from, to));
}

int renameat(int at, const char *from, int to_at, const char *to) {
    REAL(int, renameat, int, const char *, int, const char *);
    if (!inside(to)) return real(at, from, to_at, to);
    WHOLE(RENAME, real(at, from, to_at, to), put_two(RENAME, from, to));
}

int unlink(const char *path) {
    REAL(int, unlink, const char *);
    if (!inside(path)) return real(path);
    WHOLE(UNLINK, real(path), put(UNLINK, 0, 0, path, strlen(path), NULL, 0));
}

int unlinkat(int at, const char *path, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    if (!inside(path) || flags) return real(at, path, flags);
    WHOLE(UNLINK, real(at, path, flags), put(UNLINK, 0, 0, path, strlen(path), NULL, 0));
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, mkdir, const char *, mode_t);
    if (!inside(path)) return real(path, mode);
    WHOLE(MKDIR, real(path, mode), put(MKDIR, 0, 0, path, strlen(path), NULL, 0));
}

int mkdirat(int at, const char *path, mode_t mode) {
    REAL(int, mkdirat, int, const char *, mode_t);
    if (!inside(path)) return real(at, path, mode);
    WHOLE(MKDIR, real(at, path, mode), put(MKDIR, 0, 0, path, strlen(path), NULL, 0));
}

/* Where the trace goes from now on. Its file lies outside of the folder that is watched. */
int power_record(const char *path) {
    trace = open64(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    return trace;
}
