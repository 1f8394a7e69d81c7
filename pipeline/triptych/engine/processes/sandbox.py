"""Sandbox a process before it parses untrusted input: no files, network or new programs (Linux only).

Landlock (landlock(7)) denies access to files, and seccomp (seccomp(2)) blocks all system calls that are not
needed for computation. Both apply to the calling thread, and to the threads and programs that it starts
afterwards; they cannot be undone. If one of them is missing, as on older kernels, the other still applies.
``describe_sandbox`` tells users which of them this system has.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import site
import struct
import sys
import sysconfig
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The access that code in a sandbox has, besides system libraries, system fonts and Python packages.

    ``readable`` and ``writable`` are files and folders. ``program`` is the only program that may be started.
    """

    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    program: Path | None = None


def enter_sandbox(sandbox: Sandbox) -> None:
    """Restrict the calling thread, and the threads and programs that it starts afterwards."""
    if sys.platform == "linux" and _call_prctl(_PR_SET_NO_NEW_PRIVS, 1) == 0:
        if _get_landlock_version():
            _restrict_files(sandbox)
        _restrict_system_calls(is_program=sandbox.program is not None)


def call_in_sandbox(sandbox: Sandbox, function: Callable[[], T]) -> T:
    """Call a function in a new thread inside the sandbox, for example to start a program there."""
    if sys.platform != "linux":
        return function()
    with ThreadPoolExecutor(1, "sandbox", enter_sandbox, (sandbox,)) as thread:
        return thread.submit(function).result()


def prepare_sandbox() -> None:
    """Compute the parts common to all sandboxes, so that forked processes need not do so."""
    if _get_landlock_version():
        _list_installed_folders()
    if (architecture := _get_architecture()) is not None:
        _make_filter(architecture, is_program=False)


def close_descriptors(kept_descriptors: Collection[int]) -> None:
    """Close inherited files and connections, except ``kept_descriptors``.

    The descriptors then refer to the null device. Otherwise, new files could get their numbers, and would be
    closed with the Python objects of the inherited files.
    """
    with suppress(OSError):
        null = os.open(os.devnull, os.O_RDWR)
        for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
            if int(name) not in kept_descriptors and int(name) != null:
                with suppress(OSError):  # the listing's own descriptor, which is closed by now
                    os.fstat(int(name))
                    os.dup2(null, int(name))
        os.close(null)


def describe_sandbox() -> str:
    """Return the parts of the sandbox that this system supports, such as "Landlock 7, seccomp", or ""."""
    version = _get_landlock_version()
    parts = ([f"Landlock {version}"] if version else []) + (["seccomp"] if _has_seccomp() else [])
    return ", ".join(parts)


_PR_SET_NO_NEW_PRIVS = 38  # prctl(2)
_PR_GET_SECCOMP, _PR_SET_SECCOMP = 21, 22


@cache
def _load_libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call_prctl(option: int, argument: Any = 0, other: Any = None) -> int:
    prctl = _load_libc().prctl
    prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong]
    return int(prctl(option, argument, other, 0, 0))


# --- Landlock --------------------------------------------------------------------------------------------

_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_CREATE_RULESET_VERSION = 1
_LANDLOCK_RULE_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_AND_MAKE = 0b1_1111_1111_0000  # bits 4 to 12
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_ACCESS_TO_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV  # the others apply to folders
_NETWORK = 0b11  # bind and connect TCP
_SCOPES = 0b11  # abstract Unix sockets and signals to processes outside


def _call_landlock(number: int, *arguments: Any) -> int:
    syscall = _load_libc().syscall
    syscall.restype = ctypes.c_long
    return int(syscall(ctypes.c_long(number), *arguments))


@cache
def _get_landlock_version() -> int:
    """Return the version of Landlock in the kernel, or 0 if it is not supported."""
    if sys.platform != "linux":
        return 0
    flags = ctypes.c_uint32(_LANDLOCK_CREATE_RULESET_VERSION)
    return max(0, _call_landlock(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), flags))


def _restrict_files(sandbox: Sandbox) -> None:
    """Deny access to all files except those that a sandbox lists."""
    version = _get_landlock_version()
    read_access, write = _READ_FILE | _READ_DIR, _WRITE_FILE | _REMOVE_AND_MAKE
    handled = _EXECUTE | read_access | write
    for min_version, access in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV)):
        handled |= access if version >= min_version else 0
    network, scopes = _NETWORK if version >= 4 else 0, _SCOPES if version >= 6 else 0
    attributes = struct.pack("=QQQ", handled, network, scopes)
    size = ctypes.c_size_t(len(attributes))
    rules = _call_landlock(_LANDLOCK_CREATE_RULESET, attributes, size, ctypes.c_uint32(0))
    if rules < 0:
        return
    try:
        for path in (*_list_installed_folders(), *map(str, sandbox.readable)):
            _allow_path(rules, path, read_access)
        for path in map(str, sandbox.writable):
            _allow_path(rules, path, handled & ~_EXECUTE)
        if sandbox.program is not None:
            for program in (sandbox.program, *_list_loaders()):
                _allow_path(rules, str(program), _EXECUTE | _READ_FILE)
        _call_landlock(_LANDLOCK_RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint32(0))
    finally:
        os.close(rules)


def _allow_path(rules: int, path: str, access: int) -> None:
    """Add a file, or a folder with its contents, to a ruleset. Missing files are ignored."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):  # noqa: PTH112 - three times as fast as pathlib
            access &= _ACCESS_TO_FILES
        attributes = struct.pack("=Qi", access, descriptor)
        kind = ctypes.c_int(_LANDLOCK_RULE_PATH_BENEATH)
        _call_landlock(_LANDLOCK_ADD_RULE, ctypes.c_int(rules), kind, attributes, ctypes.c_uint32(0))
    finally:
        os.close(descriptor)


_SYSTEM_FOLDERS = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share", "/usr/local/lib", "/usr/local/share/fonts",
    "/etc/ld.so.cache", "/dev/null",
)  # fmt: skip


@cache
def _list_installed_folders() -> tuple[str, ...]:
    """Return folders with libraries, fonts and Python packages, which do not contain user documents.

    Folders on ``sys.path`` that contain the home folder, the current folder or the running script are
    excluded.
    """
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    private = [os.path.expanduser("~"), str(Path(script or "/").parent)]  # noqa: PTH111 - there may be no home
    with suppress(OSError):  # the current folder has been removed
        private.append(os.getcwd())  # noqa: PTH109
    package = Path(__file__).parents[3]  # contains the package, even in a checkout
    standard = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    folders = [*_SYSTEM_FOLDERS, *standard, *site.getsitepackages(), site.getusersitepackages()]
    folders += [str(package), str(package.parent / "templates")]
    for folder in filter(os.path.isabs, sys.path):
        if not any(Path(path).is_relative_to(folder) for path in private):
            folders.append(folder)
    return tuple(dict.fromkeys(folder for folder in folders if os.path.exists(folder)))  # noqa: PTH110


@cache
def _list_loaders() -> tuple[Path, ...]:
    """Return the dynamic linkers, which the kernel starts together with a program."""
    patterns = ("lib/ld-linux*", "lib64/ld-linux*", "lib/ld-musl*")
    return tuple(path for pattern in patterns for path in Path("/").glob(pattern))


# --- seccomp ---------------------------------------------------------------------------------------------

_Numbers: TypeAlias = tuple[int, int | None]
_Instruction: TypeAlias = tuple[int, int, int, int]  # code, jump targets if true and false, operand

# Numbers of system calls on x86-64 and AArch64, or None where a system call does not exist.
_COMPUTING: dict[str, _Numbers] = {
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67),
    "close": (3, 57), "close_range": (436, 436), "lseek": (8, 62), "fcntl": (72, 25), "fadvise64": (221, 223),
    "fstat": (5, 80), "newfstatat": (262, 79), "statx": (332, 291), "stat": (4, None), "lstat": (6, None),
    "statfs": (137, 43), "fstatfs": (138, 44), "access": (21, None), "faccessat": (269, 48),
    "faccessat2": (439, 439), "readlink": (89, None), "readlinkat": (267, 78), "getdents64": (217, 61),
    "getcwd": (79, 17), "dup": (32, 23), "dup2": (33, None), "dup3": (292, 24), "pipe": (22, None),
    "pipe2": (293, 59), "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72),
    "epoll_create1": (291, 20), "epoll_ctl": (233, 21), "epoll_wait": (232, None), "epoll_pwait": (281, 22),
    "eventfd2": (290, 19), "timerfd_create": (283, 85), "timerfd_settime": (286, 86),
    "timer_create": (222, 107), "timer_settime": (223, 110), "timer_delete": (226, 111),
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "mremap": (25, 216), "brk": (12, 214),
    "madvise": (28, 233), "mincore": (27, 232), "membarrier": (324, 283), "msync": (26, 227),
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
    "rt_sigtimedwait": (128, 137), "sigaltstack": (131, 132), "restart_syscall": (219, 128),
    "setitimer": (38, 103), "futex": (202, 98), "set_robust_list": (273, 99), "rseq": (334, 293),
    "set_tid_address": (218, 96), "arch_prctl": (158, None), "exit": (60, 93), "exit_group": (231, 94),
    "getpid": (39, 172), "getppid": (110, 173), "gettid": (186, 178), "getpgid": (121, 155),
    "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177),
    "getrandom": (318, 278), "clock_gettime": (228, 113), "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115), "nanosleep": (35, 101), "gettimeofday": (96, 169), "time": (201, None),
    "times": (100, 153), "getrusage": (98, 165), "getrlimit": (97, 163), "sysinfo": (99, 179),
    "uname": (63, 160), "getcpu": (309, 168), "sched_yield": (24, 124), "sched_getaffinity": (204, 123),
    "sched_getparam": (143, 121), "sched_getscheduler": (145, 120),
    "sched_get_priority_max": (146, 125), "sched_get_priority_min": (147, 126),
}  # fmt: skip
_PROGRAMS: dict[str, _Numbers] = {
    "execve": (59, 221), "vfork": (58, None), "setpgid": (109, 154), "wait4": (61, 260), "open": (2, None),
    "openat": (257, 56), "unlink": (87, None), "unlinkat": (263, 35), "mkdir": (83, None),
    "mkdirat": (258, 34), "rmdir": (84, None), "rename": (82, None), "renameat": (264, 38),
    "renameat2": (316, 276), "ftruncate": (77, 46), "pwrite64": (18, 68), "fsync": (74, 82),
    "fdatasync": (75, 83), "flock": (73, 32), "fchmod": (91, 52), "umask": (95, 166),
}  # fmt: skip
_OPEN_FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CLONE_THREAD = 0x10000  # sched.h
_CLONE_LIKE_VFORK = 0x4100 | 17  # CLONE_VM | CLONE_VFORK | SIGCHLD
# Requests of ioctl(2): the size and mode of a terminal, and the flags of a descriptor. None of them can type
# into a terminal.
_IOCTLS = (0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
_PRCTLS = (1, 15, 16)  # signal when the parent ends, name of the thread

_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above, AUDIT_ARCH
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06  # BPF instructions
_ALLOW: _Instruction = (_RETURN, 0, 0, 0x7FFF0000)  # SECCOMP_RET_ALLOW
_DENY: _Instruction = (_RETURN, 0, 0, 0x00050000 | errno.ENOSYS)  # SECCOMP_RET_ERRNO
_READING: tuple[_Instruction, ...] = ((_JUMP_IF_ANY_BIT, 1, 0, _OPEN_FOR_WRITING), _ALLOW)


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _get_architecture() -> tuple[int, int] | None:
    """Return the column of the tables and the kernel's number for this architecture, or None."""
    is_supported = sys.platform == "linux" and sys.maxsize > 1 << 32 and sys.byteorder == "little"
    return _ARCHITECTURES.get(platform.machine()) if is_supported else None


@cache
def _has_seccomp() -> bool:
    return _get_architecture() is not None and _call_prctl(_PR_GET_SECCOMP) >= 0


def _restrict_system_calls(*, is_program: bool) -> None:
    """Deny system calls that computing does not need, such as those for sockets."""
    if (architecture := _get_architecture()) is not None:
        instructions = _make_filter(architecture, is_program=is_program)
        program = _FilterProgram(len(instructions) // 8, instructions)
        _call_prctl(_PR_SET_SECCOMP, 2, ctypes.addressof(program))  # SECCOMP_MODE_FILTER


@cache
def _make_filter(architecture: tuple[int, int], *, is_program: bool) -> bytes:
    """Return the BPF program that decides on a system call, given ``seccomp_data`` (seccomp(2)).

    Denied system calls return ENOSYS, so that libraries fall back to other system calls. A program is allowed
    the system calls that start it. File changes are left to Landlock.
    """
    column, kernel_name = architecture
    checked: tuple[tuple[_Numbers, int, tuple[_Instruction, ...]], ...] = (
        ((2, None), 1, _READING),  # open
        ((257, 56), 2, _READING),  # openat
        ((56, 220), 0, ((_JUMP_IF_ANY_BIT, 0, 1, _CLONE_THREAD), _ALLOW)),  # clone
        ((56, 220), 0, _match((_CLONE_LIKE_VFORK,) if is_program else ())),
        ((16, 29), 1, _match(_IOCTLS)),  # ioctl
        ((302, 261), 0, _match((0,))),  # prlimit64 of this process
        ((157, 167), 0, _match(_PRCTLS)),  # prctl
    )
    program = [(_LOAD, 0, 0, 4), (_JUMP_IF_EQUAL, 1, 0, kernel_name), _DENY, (_LOAD, 0, 0, 0)]
    for pair in {**_COMPUTING, **(_PROGRAMS if is_program else {})}.values():
        if (number := pair[column]) is not None:
            program += [(_JUMP_IF_EQUAL, 0, 1, number), _ALLOW]
    for pair, argument, test in checked:
        if (number := pair[column]) is not None:
            # Load the lower half of the argument, and the number again if the test fails.
            block = [(_LOAD, 0, 0, 16 + 8 * argument), *test, (_LOAD, 0, 0, 0)]
            program += [(_JUMP_IF_EQUAL, 0, len(block), number), *block]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in (*program, _DENY))


def _match(values: Iterable[int]) -> tuple[_Instruction, ...]:
    return tuple(step for value in values for step in ((_JUMP_IF_EQUAL, 0, 1, value), _ALLOW))
