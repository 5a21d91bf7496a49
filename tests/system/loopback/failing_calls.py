"""The system calls whose failures are injected, with each error that their manual pages list (Linux man-pages 6.03)."""

from dataclasses import dataclass, field
from pathlib import Path

TARGET = "target.txt"
CONFIG = "zmq-filerd.yaml"

GET = {"op": "get", "path": TARGET}
LIST = {"op": "list", "path": "."}
DIGEST = {"op": "digest", "path": TARGET}
WATCH = {"op": "stat", "path": TARGET, "wait_ms": 300}  # and the etag that it has

ACCEPT = """EAGAIN EBADF ECONNABORTED EFAULT EHOSTDOWN EHOSTUNREACH EINTR EINVAL EMFILE ENETDOWN ENETUNREACH ENFILE ENOBUFS
    ENOMEM ENONET ENOPROTOOPT ENOSR ENOTSOCK EOPNOTSUPP EPERM EPROTO EPROTONOSUPPORT ESOCKTNOSUPPORT ETIMEDOUT"""
OPEN = """E2BIG EACCES EAGAIN EBADF EBUSY EDQUOT EEXIST EFAULT EFBIG EINTR EINVAL EISDIR ELOOP EMFILE ENAMETOOLONG ENFILE
    ENODEV ENOENT ENOMEM ENOSPC ENOTDIR ENXIO EOPNOTSUPP EOVERFLOW EPERM EROFS ETXTBSY EXDEV"""
STATX = "EACCES EBADF EFAULT EINVAL ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR"
FSTAT = f"{STATX} EOVERFLOW"
GETDENTS = "EBADF EFAULT EINVAL ENOENT ENOTDIR"
POLL = "EFAULT EINTR EINVAL ENOMEM"
PREAD = "EAGAIN EBADF EFAULT EINTR EINVAL EIO EISDIR ENXIO EOVERFLOW ESPIPE"
PREADV2 = "EAGAIN EBADF EFAULT EINTR EINVAL EIO EISDIR ENXIO EOPNOTSUPP EOVERFLOW ESPIPE"
SEND = """EACCES EAGAIN EALREADY EBADF ECONNRESET EDESTADDRREQ EFAULT EINTR EINVAL EISCONN EMSGSIZE ENOBUFS ENOMEM ENOTCONN
    ENOTSOCK EOPNOTSUPP EPIPE"""
RECV = "EAGAIN EBADF ECONNREFUSED EFAULT EINTR EINVAL ENOMEM ENOTCONN ENOTSOCK"
READ = "EAGAIN EBADF EFAULT EINTR EINVAL EIO EISDIR"
ADD_WATCH = "EACCES EBADF EEXIST EFAULT EINVAL ENAMETOOLONG ENOENT ENOMEM ENOSPC ENOTDIR"
EPOLL_CTL = "EBADF EEXIST EINVAL ELOOP ENOENT ENOMEM ENOSPC EPERM"
CLONE3 = "EACCES EAGAIN EBUSY EEXIST EINVAL ENOMEM ENOSPC EOPNOTSUPP EPERM EUSERS"
EVENTFD2 = "EINVAL EMFILE ENFILE ENODEV ENOMEM"

EVENTFD_NAME = "anon_inode:[eventfd]"
INOTIFY_NAME = "anon_inode:inotify"
SIGNALFD_NAME = "anon_inode:[signalfd]"


@dataclass(frozen=True)
class Call:
    """A system call, and a way to have it made."""

    name: str
    purpose: str
    errors: str  # that its manual page lists
    request: dict[str, object] = field(default_factory=lambda: GET)  # what makes the daemon call it
    by_new_client: bool = False  # the request comes over another connection
    by_itself: bool = False  # it is made again and again, and fails before the request is sent
    path: str | None = None  # only calls on it fail: a file below the root, or a descriptor by its name in /proc/PID/fd
    once: bool = False  # it fails once; all the time otherwise

    def __str__(self) -> str:
        return f"{self.name}: {self.purpose}"

    def path_below(self, root: Path) -> str | None:
        return self.path if self.path is None or self.path.startswith("anon_inode:") else str(root / self.path)


WHILE_IT_SERVES = [
    Call("accept4", "a client connects", ACCEPT, by_new_client=True),
    Call("epoll_ctl", "libzmq begins to watch its connection", EPOLL_CTL, by_new_client=True),
    Call("recvfrom", "a request is received", RECV),
    Call("openat2", "a file is opened", OPEN),
    Call("statx", "its size and times are read", STATX),
    Call("preadv2", "it is read", PREADV2),
    Call("close", "it is closed", "EBADF EDQUOT EINTR EIO ENOSPC", path=TARGET, once=True),
    Call("getdents64", "a directory is read", GETDENTS, request=LIST),
    Call("clone3", "a thread for slow work is started", CLONE3, request=DIGEST),
    Call("inotify_add_watch", "changes of a file are asked for", ADD_WATCH, request=WATCH),
    Call("sendto", "a reply is sent", SEND),
    Call("poll", "a shard waits for work", POLL, path=INOTIFY_NAME, by_itself=True),
    Call("poll", "signals and reloads are waited for", POLL, path=SIGNALFD_NAME, by_itself=True),
    Call("poll", "libzmq looks for what its threads tell each other", POLL),
    Call("read", "libzmq reads what its threads tell each other", READ, path=EVENTFD_NAME),
    Call("epoll_wait", "libzmq waits for clients", "EBADF EFAULT EINTR EINVAL"),
    Call("pread64", "the daemon looks at its memory", PREAD, by_itself=True),
    Call("getdents64", "the daemon counts its descriptors", GETDENTS, by_itself=True),
]

WHILE_IT_STARTS = [
    Call("openat", "the configuration is opened", OPEN, path=CONFIG),
    Call("newfstatat", "its size and kind are read", FSTAT, path=CONFIG),
    Call("socket", "to listen", "EACCES EAFNOSUPPORT EINVAL EMFILE ENFILE ENOBUFS ENOMEM EPROTONOSUPPORT"),
    Call("bind", "to listen", "EACCES EADDRINUSE EADDRNOTAVAIL EBADF EFAULT EINVAL ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR ENOTSOCK EROFS"),
    Call("listen", "to listen", "EADDRINUSE EBADF ENOTSOCK EOPNOTSUPP"),
    Call("openat", "a root is opened", OPEN, path="."),
    Call("openat2", "to see whether it works here", OPEN),
    Call("eventfd2", "for threads to tell each other", EVENTFD2),
    Call("epoll_create1", "for libzmq to wait for clients", "EINVAL EMFILE ENFILE ENOMEM"),
    Call("inotify_init1", "to learn of changes", "EINVAL EMFILE ENFILE ENOMEM"),
    Call("signalfd4", "to learn of signals", "EBADF EINVAL EMFILE ENFILE ENODEV ENOMEM"),
    Call("clone3", "for threads", CLONE3),
]

# The page of timerfd_create(2) lists errors too, but nothing here makes a timer.
NEVER_CALLED = ["timerfd_create", "timerfd_settime"]
