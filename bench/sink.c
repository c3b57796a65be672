/* An SMTP sink that a benchmark can trust: it takes every mail, counts it and throws it away.
 *
 *     sink COUNTERS [-r RECORD] [-t CERTIFICATE.pem]
 *
 * One thread, one epoll; nothing is allocated for a message. It listens on a port of loopback that
 * it prints first, and ends when its standard input closes or at SIGTERM; then it prints what it
 * took, and what that cost it, as JSON.
 *
 * COUNTERS is a file of `struct counters`, mapped, so that it can be read while it runs. RECORD gets
 * a line "recipient TAB Message-ID" per recipient of each mail that was accepted. CERTIFICATE (with
 * its key) offers STARTTLS; then MAIL is refused before STARTTLS and AUTH, whose user and password
 * may be any. A body ends at CRLF . CRLF and nowhere else.
 *
 * Build: cc -O2 -o sink sink.c, or cc -O2 -DWITH_TLS -o sink sink.c -lssl -lcrypto
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#ifdef WITH_TLS
#include <openssl/err.h>
#include <openssl/ssl.h>
#endif

enum {
    CHUNK = 256 * 1024,  /* read at once, into one buffer for all connections */
    LINE = 4096,         /* what is kept of a line that has not ended */
    REPLIES = 16 * 1024, /* what is said and not yet taken by the socket */
    NAMES = 16 * 1024,   /* the recipients of one mail */
    ID = 320,
    MOST = 2000,         /* connections */
    EVENTS = 256
};

/* bench/sink.py reads the same fields in the same order. */
struct counters {
    uint64_t messages, recipients, bytes, connections, open, refused;
};

enum mode { COMMAND, BODY, LOGIN };

struct connection {
    int fd;
    enum mode mode;
    int login_lines;                     /* that are still to come */
    int secure, known, mailing, closing; /* TLS, AUTH, MAIL, QUIT */
    int in_head, wants_id;               /* of the body that is being read */
    int after_crlf, mid_line;            /* where in it the next byte stands */
    int waits_to_write;
    size_t kept, unsaid, names;
    int name_count;
    char line[LINE];
    char replies[REPLIES];
    char recipients[NAMES]; /* each with its NUL */
    char id[ID];
#ifdef WITH_TLS
    SSL *tls;
#endif
};

static struct counters *counters;
static char chunk[LINE + CHUNK];
static char record[1 << 20];
static size_t recorded;
static int record_fd = -1;
static int poll_fd;
static int offers_tls;
static volatile sig_atomic_t stopped;
#ifdef WITH_TLS
static SSL_CTX *context;
#endif

static void die(const char *what) {
    perror(what);
    exit(1);
}

/* -- The record ------------------------------------------------------------------------------- */

static void flush_record(void) {
    for (size_t done = 0; done < recorded;) {
        ssize_t wrote = write(record_fd, record + done, recorded - done);
        if (wrote < 0) die("the record");
        done += (size_t)wrote;
    }
    recorded = 0;
}

static void note(const char *name, const char *id) {
    size_t a = strlen(name), b = strlen(id);
    if (recorded + a + b + 2 > sizeof record) flush_record();
    memcpy(record + recorded, name, a);
    record[recorded + a] = '\t';
    memcpy(record + recorded + a + 1, id, b);
    record[recorded + a + 1 + b] = '\n';
    recorded += a + b + 2;
}

/* -- Saying ------------------------------------------------------------------------------------ */

static void say(struct connection *c, const char *reply) {
    size_t size = strlen(reply);
    if (c->unsaid + size + 2 > REPLIES) {
        c->closing = 1; /* it asks and asks, and does not listen */
        return;
    }
    memcpy(c->replies + c->unsaid, reply, size);
    memcpy(c->replies + c->unsaid + size, "\r\n", 2);
    c->unsaid += size + 2;
}

static void refuse(struct connection *c, const char *reply) {
    counters->refused++;
    say(c, reply);
}

/* -1: the connection is lost; 0: it cannot be now. */
static ssize_t put(struct connection *c, const char *data, size_t size) {
#ifdef WITH_TLS
    if (c->tls) {
        ERR_clear_error();
        int wrote = SSL_write(c->tls, data, (int)size);
        if (wrote > 0) return wrote;
        int error = SSL_get_error(c->tls, wrote);
        return error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_WANT_READ ? 0 : -1;
    }
#endif
    ssize_t wrote = send(c->fd, data, size, MSG_NOSIGNAL);
    if (wrote >= 0) return wrote;
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

/* While something is unsaid nothing more is read: 0 when the connection is lost. */
static int flush(struct connection *c) {
    size_t done = 0;
    while (done < c->unsaid) {
        ssize_t wrote = put(c, c->replies + done, c->unsaid - done);
        if (wrote < 0) return 0;
        if (wrote == 0) break;
        done += (size_t)wrote;
    }
    c->unsaid -= done;
    if (c->unsaid && done) memmove(c->replies, c->replies + done, c->unsaid);
    if (c->waits_to_write != (c->unsaid > 0)) {
        c->waits_to_write = c->unsaid > 0;
        struct epoll_event event = {.events = c->waits_to_write ? EPOLLOUT : EPOLLIN,
                                    .data.ptr = c};
        epoll_ctl(poll_fd, EPOLL_CTL_MOD, c->fd, &event);
    }
    return 1;
}

/* -- Commands ---------------------------------------------------------------------------------- */

static void forget_mail(struct connection *c) {
    c->mailing = c->name_count = 0;
    c->names = 0;
}

static int is(const char *line, size_t size, const char *verb) {
    size_t length = strlen(verb);
    return size >= length && strncasecmp(line, verb, length) == 0 &&
           (size == length || line[length] == ' ' || verb[length - 1] == ':');
}

static void on_ehlo(struct connection *c) {
    forget_mail(c);
    say(c, "250-sink.test\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME");
    if (offers_tls && !c->secure) say(c, "250-STARTTLS");
    if (offers_tls && c->secure) say(c, "250-AUTH PLAIN LOGIN");
    say(c, "250 ENHANCEDSTATUSCODES");
}

static void on_mail(struct connection *c) {
    if (offers_tls && !c->secure) {
        refuse(c, "530 5.7.0 STARTTLS first");
    } else if (offers_tls && !c->known) {
        refuse(c, "530 5.7.0 AUTH first");
    } else if (c->mailing) {
        refuse(c, "503 5.5.1 one mail at a time");
    } else {
        c->mailing = 1;
        say(c, "250 2.1.0 Ok");
    }
}

static void on_rcpt(struct connection *c, const char *line, size_t size) {
    const char *from = memchr(line, '<', size);
    const char *to = from ? memchr(from, '>', (size_t)(line + size - from)) : NULL;
    if (!c->mailing) return refuse(c, "503 5.5.1 MAIL first");
    if (!to || to == from + 1) return refuse(c, "501 5.1.3 no address");
    size_t length = (size_t)(to - from - 1);
    if (c->names + length + 1 > NAMES) return refuse(c, "452 4.5.3 too many recipients");
    memcpy(c->recipients + c->names, from + 1, length);
    c->recipients[c->names + length] = '\0';
    c->names += length + 1;
    c->name_count++;
    say(c, "250 2.1.5 Ok");
}

static void on_data(struct connection *c) {
    if (!c->name_count) return refuse(c, "554 5.5.1 no valid recipients");
    c->mode = BODY;
    c->in_head = c->after_crlf = 1;
    c->wants_id = c->mid_line = 0;
    c->id[0] = '\0';
    say(c, "354 End data with <CR><LF>.<CR><LF>");
}

static void on_auth(struct connection *c, const char *line, size_t size) {
    if (!c->secure || c->known) {
        refuse(c, "503 5.5.1 not now");
    } else if (is(line, size, "AUTH PLAIN") && size > strlen("AUTH PLAIN ")) {
        c->known = 1;
        say(c, "235 2.7.0 welcome");
    } else if (is(line, size, "AUTH PLAIN") || is(line, size, "AUTH LOGIN")) {
        c->mode = LOGIN;
        /* LOGIN asks for two lines, unless the first came along. */
        c->login_lines = is(line, size, "AUTH LOGIN") && size <= strlen("AUTH LOGIN ") ? 2 : 1;
        say(c, c->login_lines == 2 ? "334 VXNlcm5hbWU6" : "334 ");
    } else {
        refuse(c, "504 5.5.4 PLAIN or LOGIN");
    }
}

static void on_login_line(struct connection *c) {
    if (--c->login_lines) return say(c, "334 UGFzc3dvcmQ6");
    c->mode = COMMAND;
    c->known = 1;
    say(c, "235 2.7.0 welcome");
}

/* A line without its end. 1 when the rest of what was read belongs to a TLS that begins now. */
static int on_command(struct connection *c, const char *line, size_t size) {
    if (is(line, size, "MAIL FROM:")) {
        on_mail(c);
    } else if (is(line, size, "RCPT TO:")) {
        on_rcpt(c, line, size);
    } else if (is(line, size, "DATA")) {
        on_data(c);
    } else if (is(line, size, "EHLO")) {
        on_ehlo(c);
    } else if (is(line, size, "HELO")) {
        forget_mail(c);
        say(c, "250 sink.test");
    } else if (is(line, size, "RSET")) {
        forget_mail(c);
        say(c, "250 2.0.0 Ok");
    } else if (is(line, size, "NOOP")) {
        say(c, "250 2.0.0 Ok");
    } else if (is(line, size, "QUIT")) {
        c->closing = 1;
        say(c, "221 2.0.0 Bye");
    } else if (is(line, size, "AUTH") && offers_tls) {
        on_auth(c, line, size);
    } else if (is(line, size, "STARTTLS") && offers_tls && !c->secure) {
        say(c, "220 2.0.0 Go ahead");
        return 1;
    } else {
        refuse(c, "500 5.5.2 what?");
    }
    return 0;
}

/* -- Bodies ------------------------------------------------------------------------------------ */

static void accept_mail(struct connection *c) {
    counters->messages++;
    counters->recipients += (uint64_t)c->name_count;
    if (record_fd >= 0) {
        const char *name = c->recipients;
        for (int i = 0; i < c->name_count; i++, name += strlen(name) + 1) note(name, c->id);
    }
    forget_mail(c);
    c->mode = COMMAND;
    say(c, "250 2.0.0 Ok: taken");
}

/* The Message-ID, on its header's line or, folded, on the one below. */
static void on_head_line(struct connection *c, const char *line, size_t size) {
    static const char name[] = "Message-ID:";
    size_t at = 0;
    while (size && (line[size - 1] == '\n' || line[size - 1] == '\r')) size--;
    if (!size) {
        c->in_head = 0;
        return;
    }
    if (size >= sizeof name - 1 && strncasecmp(line, name, sizeof name - 1) == 0)
        at = sizeof name - 1;
    else if (!c->wants_id || (line[0] != ' ' && line[0] != '\t'))
        return;
    while (at < size && (line[at] == ' ' || line[at] == '\t')) at++;
    c->wants_id = at == size;
    if (c->wants_id || c->id[0]) return;
    size_t length = size - at < ID - 1 ? size - at : ID - 1;
    memcpy(c->id, line + at, length);
    c->id[length] = '\0';
}

/* Read lines of a body up to its end or that of the data; where it stopped. */
static char *on_body(struct connection *c, char *at, char *end) {
    char *newline;
    while ((newline = memchr(at, '\n', (size_t)(end - at)))) {
        size_t size = (size_t)(newline + 1 - at);
        int whole = !c->mid_line;
        counters->bytes += size;
        if (whole && c->after_crlf && size == 3 && at[0] == '.' && at[1] == '\r') {
            accept_mail(c);
            return newline + 1;
        }
        if (c->in_head && whole && record_fd >= 0) on_head_line(c, at, size);
        c->after_crlf = size > 1 && newline[-1] == '\r';
        c->mid_line = 0;
        at = newline + 1;
    }
    return at;
}

/* -- Connections ------------------------------------------------------------------------------- */

static void hang_up(struct connection *c) {
#ifdef WITH_TLS
    if (c->tls) {
        SSL_shutdown(c->tls);
        SSL_free(c->tls);
    }
#endif
    close(c->fd);
    free(c);
    counters->open--;
}

/* -1: it is over; 0: nothing there now. */
static ssize_t receive(struct connection *c, char *into, size_t size) {
#ifdef WITH_TLS
    if (c->tls) {
        ERR_clear_error();
        int got = SSL_read(c->tls, into, (int)size);
        /* A client that leaves Nagle's delay on, as smtplib does, writes a mail as two records and
         * would wait 40 ms for the acknowledgement of the first. Linux forgets this by itself. */
        int one = 1;
        setsockopt(c->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
        if (got > 0) return got;
        int error = SSL_get_error(c->tls, got);
        return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
    }
#endif
    ssize_t got = recv(c->fd, into, size, 0);
    if (got > 0) return got;
    return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static int begin_tls(struct connection *c) {
#ifdef WITH_TLS
    if (c->unsaid || !(c->tls = SSL_new(context))) return 0;
    SSL_set_fd(c->tls, c->fd);
    SSL_set_accept_state(c->tls);
    forget_mail(c);
    c->secure = 1;
    return 1;
#else
    (void)c;
    return 0;
#endif
}

/* Keep what has no end yet: of a body's long line the last byte is enough. 0: not to be borne. */
static int keep(struct connection *c, const char *at, size_t size) {
    if (size > LINE) {
        if (c->mode != BODY) return 0;
        counters->bytes += size - 1;
        at += size - 1;
        size = 1;
        c->mid_line = 1;
    }
    memcpy(c->line, at, size);
    c->kept = size;
    return 1;
}

/* 0 when the connection is to be closed. */
static int digest(struct connection *c, char *at, char *end) {
    int tls = 0;
    while (at < end && !c->closing && !tls) {
        if (c->mode == BODY) {
            at = on_body(c, at, end);
            if (c->mode == BODY) break;
            continue;
        }
        char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline) break;
        size_t size = (size_t)(newline - at);
        if (size && at[size - 1] == '\r') size--;
        if (c->mode == LOGIN)
            on_login_line(c);
        else
            tls = on_command(c, at, size);
        at = newline + 1;
    }
    if (!flush(c) || c->closing) return 0;
    /* What came behind STARTTLS in clear is thrown away. */
    if (tls) return begin_tls(c);
    return keep(c, at, (size_t)(end - at));
}

static int serve(struct connection *c) {
    for (;;) {
        size_t kept = c->kept;
        memcpy(chunk, c->line, kept);
        ssize_t got = receive(c, chunk + kept, CHUNK);
        if (got < 0) return 0;
        if (got == 0) return 1;
        c->kept = 0;
        if (!digest(c, chunk, chunk + kept + got)) return 0;
#ifdef WITH_TLS
        /* What OpenSSL has read ahead wakes no epoll. */
        if (c->tls && !c->waits_to_write && SSL_has_pending(c->tls)) continue;
#endif
        return 1;
    }
}

static void welcome(int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        struct connection *c = counters->open < MOST ? calloc(1, sizeof *c) : NULL;
        if (!c) {
            close(fd);
            continue;
        }
        int one = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        c->fd = fd;
        counters->connections++;
        counters->open++;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event);
        say(c, "220 sink.test ESMTP");
        if (!flush(c)) hang_up(c);
    }
}

/* -- The program ------------------------------------------------------------------------------- */

static void stop(int signal) {
    (void)signal;
    stopped = 1;
}

static int listening(void) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof here;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, size) || listen(fd, 1024) ||
        getsockname(fd, (struct sockaddr *)&here, &size))
        die("the port");
    printf("%d\n", ntohs(here.sin_port));
    fflush(stdout);
    return fd;
}

static void map_counters(const char *path) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof *counters)) die("the counters");
    counters = mmap(NULL, sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (counters == MAP_FAILED) die("the counters");
    memset(counters, 0, sizeof *counters);
}

static void load_certificate(const char *path) {
#ifdef WITH_TLS
    context = SSL_CTX_new(TLS_server_method());
    if (!context || SSL_CTX_use_certificate_chain_file(context, path) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM) != 1) {
        fprintf(stderr, "the certificate cannot be used\n");
        exit(1);
    }
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, 64 * 1024);
    offers_tls = 1;
#else
    fprintf(stderr, "built without TLS: %s is of no use\n", path);
    exit(1);
#endif
}

static void report(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("{\"messages\": %ju, \"recipients\": %ju, \"bytes\": %ju, \"connections\": %ju, "
           "\"refused\": %ju, \"user\": %ld.%06ld, \"system\": %ld.%06ld}\n",
           counters->messages, counters->recipients, counters->bytes, counters->connections,
           counters->refused, used.ru_utime.tv_sec, used.ru_utime.tv_usec, used.ru_stime.tv_sec,
           used.ru_stime.tv_usec);
}

static void run(int listener) {
    struct epoll_event events[EVENTS];
    while (!stopped) {
        int count = epoll_wait(poll_fd, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            void *whose = events[i].data.ptr;
            if (whose == &poll_fd) {
                char byte;
                if (read(STDIN_FILENO, &byte, 1) <= 0) stopped = 1;
            } else if (whose == &stopped) {
                welcome(listener);
            } else {
                struct connection *c = whose;
                int fine = flush(c);
                if (fine && !c->waits_to_write) fine = serve(c);
                if (!fine) hang_up(c);
            }
        }
    }
}

int main(int count, char **words) {
    int option;
    signal(SIGPIPE, SIG_IGN);
    struct sigaction end = {.sa_handler = stop};
    sigaction(SIGTERM, &end, NULL);
    sigaction(SIGINT, &end, NULL);
    while ((option = getopt(count, words, "r:t:")) != -1) {
        if (option == 'r') {
            record_fd = open(optarg, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
            if (record_fd < 0) die("the record");
        } else if (option == 't') {
            load_certificate(optarg);
        } else {
            return 2;
        }
    }
    if (optind + 1 != count) {
        fprintf(stderr, "usage: sink COUNTERS [-r RECORD] [-t CERTIFICATE.pem]\n");
        return 2;
    }
    map_counters(words[optind]);
    poll_fd = epoll_create1(EPOLL_CLOEXEC);
    int listener = listening();
    struct epoll_event knock = {.events = EPOLLIN, .data.ptr = (void *)&stopped};
    struct epoll_event parent = {.events = EPOLLIN, .data.ptr = &poll_fd};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &knock);
    /* A file or /dev/null cannot be waited for: then a signal ends it. */
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &parent);
    run(listener);
    if (record_fd >= 0) flush_record();
    report();
    return 0;
}
