#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""mutate-make.py SEED DIR FILE...: makes small bugs in the files, as patches.

Reads from stdin how sources are compiled: lines of a path below the current
directory, the directory where the compiler runs, and the compiler's command,
with tabs between them. Clang's syntax tree shows the places: an operator, a
condition, a constant, a member, a value that is returned, a statement.

A line of source has one bug at most. The order of the patches and the bug of a
line are chosen by a hash of SEED, of the place (file, function, text) and of
the bug: the same tree gives the same patches, and a change of another line
leaves them as they are. No bug changes the number of lines.
"""

import ctypes
import difflib
import hashlib
import os
import re
import shlex
import subprocess
import sys

try:
    from clang.cindex import CursorKind as K, Index, TypeKind, conf
except ImportError:
    sys.exit("mutate-make.py: install python3-clang")

OPERATORS = {
    "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
    "==": ["!="], "!=": ["=="], "&&": ["||"], "||": ["&&"],
    "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["/"],
    "<<": [">>"], ">>": ["<<"], "&": ["|"], "|": ["&"], "^": ["&"],
    "+=": ["-="], "-=": ["+="], "*=": ["/="], "/=": ["*="], "%=": ["/="],
    "<<=": [">>="], ">>=": ["<<="], "&=": ["|="], "|=": ["&=", "="],
    "^=": ["|="], "++": ["--"], "--": ["++"], "!": [" "], "~": [" "],
}

# These only log, or check the source, or are there for a build for tests; and
# the order of memory accesses is that of the processor.
ASIDE = re.compile(r"\b(pr_\w+|WARN\w*|BUILD_BUG_ON|_?[Ss]tatic_assert|assert"
                   r"|MODULE_\w+|module_param|ts_fault|ts_slow|ts_busy"
                   r"|smp_\w+|bpf_printk|__attribute__)\s*\(")

INTEGERS = {TypeKind.INT, TypeKind.UINT, TypeKind.LONG, TypeKind.ULONG,
            TypeKind.LONGLONG, TypeKind.ULONGLONG, TypeKind.SHORT,
            TypeKind.USHORT, TypeKind.CHAR_S, TypeKind.UCHAR, TypeKind.BOOL,
            TypeKind.ENUM}

# Their children from this one on are statements.
BODIES = {K.COMPOUND_STMT: 0, K.IF_STMT: 1, K.FOR_STMT: -1, K.WHILE_STMT: -1,
          K.CASE_STMT: 1, K.DEFAULT_STMT: 0, K.LABEL_STMT: 0}


def offset(location):
    """Where it is written: an argument of a macro within the parentheses."""
    found = ctypes.c_uint()
    conf.lib.clang_getFileLocation(location, None, None, None,
                                   ctypes.byref(found))
    return found.value


def extent(node):
    return offset(node.extent.start), offset(node.extent.end)


def kind_of(type_):
    """Types that may stand for each other have the same kind."""
    type_ = type_.get_canonical()
    return "integer" if type_.kind in INTEGERS else type_.spelling


class Source:
    """A file, and the bugs that can be put into each line."""

    def __init__(self, path):
        self.path = path
        with open(path, encoding="latin-1") as stream:
            self.text = stream.read()
        self.lines = {}
        self.aside = []
        for match in ASIDE.finditer(self.text):
            depth, end = 1, match.end()
            while depth:
                depth += {"(": 1, ")": -1}.get(self.text[end], 0)
                end += 1
            self.aside.append(range(match.start(), end))

    def offer(self, start, end, new, function):
        """The text from start to end may become new."""
        old = self.text[start:end]
        if start >= end or old.split() == new.split() or \
                any(start in aside for aside in self.aside):
            return
        new += "\n" * (old.count("\n") - new.count("\n"))
        nr = self.text.count("\n", 0, start)
        self.lines.setdefault(nr, (function, set()))[1].add((start, end, new))

    def visit(self, node, function):
        children = list(node.get_children())
        start, end = extent(node)
        text = self.text[start:end]
        for old, new in self.changes(node, children, start, end, text):
            self.offer(*old, new, function)
        if node.kind in BODIES:
            for child in children[BODIES[node.kind]:]:
                self.leave_out(child, function)
        for child in children:
            self.visit(child, function)

    def changes(self, node, children, start, end, text):
        """Pairs of an extent and the text that may stand there instead."""
        kind, all_of_it = node.kind, (start, end)
        if kind in (K.BINARY_OPERATOR, K.COMPOUND_ASSIGNMENT_OPERATOR):
            yield from self.binary(children)
        elif kind == K.UNARY_OPERATOR:
            for at in ((start, start + 2), (end - 2, end), (start, start + 1)):
                for new in OPERATORS.get(self.text[slice(*at)], ()):
                    yield at, new
        elif kind in (K.IF_STMT, K.CONDITIONAL_OPERATOR, K.WHILE_STMT):
            condition = extent(children[0])
            yield condition, "!(" + self.text[slice(*condition)] + ")"
            yield condition, "0"
            if kind != K.WHILE_STMT:
                yield condition, "1"
        elif kind == K.INTEGER_LITERAL and re.fullmatch(r"[1-9]\d*", text):
            yield all_of_it, str(int(text) + 1)
            yield all_of_it, str(int(text) - 1)
        elif kind == K.INTEGER_LITERAL and text in ("0", "true", "false"):
            yield all_of_it, "0" if text == "true" else "1"
        elif kind == K.DECL_REF_EXPR and node.referenced and \
                node.referenced.kind == K.ENUM_CONSTANT_DECL:
            yield from self.neighbours(node, start, lambda _: True)
        elif kind == K.MEMBER_REF_EXPR and node.referenced:
            wanted = kind_of(node.referenced.type)
            yield from self.neighbours(node, offset(node.location),
                                       lambda m: kind_of(m.type) == wanted)
        elif kind == K.RETURN_STMT and children:
            yield extent(children[0]), "0"
            if kind_of(children[0].type) == "integer":
                yield extent(children[0]), "1"

    def binary(self, children):
        left, right = extent(children[0]), extent(children[1])
        operator = self.text[left[1]:right[0]].strip()
        at = self.text.find(operator, left[1])
        for new in OPERATORS.get(operator, ()):
            yield (at, at + len(operator)), new
        if operator in ("&&", "||"):
            for part in (left, right):
                yield (left[0], right[1]), self.text[slice(*part)]

    def neighbours(self, node, start, fits):
        """The enumerator or member of its kind before this one, and the next."""
        name = node.spelling
        if not name or not self.text.startswith(name, start):
            return
        names = [c.spelling for c in node.referenced.semantic_parent.get_children()
                 if c.kind == node.referenced.kind and c.spelling and fits(c)]
        at = names.index(name)
        for new in names[max(at - 1, 0):at] + names[at + 1:at + 2]:
            yield (start, start + len(name)), new

    def leave_out(self, node, function):
        start, end = extent(node)
        before = self.text[max(start - 200, 0):start]
        # Within a macro, statements may be part of an expression.
        if self.text[end:end + 1] == ";" and (node.kind.is_expression() or \
                node.kind in (K.BREAK_STMT, K.CONTINUE_STMT, K.GOTO_STMT)) and \
                re.search(r"([{};:)]|\*/|\belse|\bdo)\s*$", before):
            self.offer(start, end, "", function)

    def bugs(self, seed):
        """Pairs of a hash and a bug, one for each line."""
        seen = {}
        text = self.text.split("\n")
        for nr, (function, changes) in sorted(self.lines.items()):
            place = (seed, self.path, function, text[nr].strip())
            seen[place] = seen.get(place, 0) + 1
            place += (str(seen[place]),)
            change = min(sorted(changes), key=lambda c: digest(
                *place, self.text[c[0]:c[1]], c[2]))
            yield digest(*place), self, nr + 1, function, change

    def patch(self, nr, function, change):
        start, end, new = change
        old = self.text[start:end]
        changed = self.text[:start] + new + self.text[end:]
        diff = difflib.unified_diff(
            self.text.splitlines(True), changed.splitlines(True),
            "a/" + self.path, "b/" + self.path)
        what = "%s becomes %s" % (brief(old), brief(new)) if new.strip() \
            else "%s left out" % brief(old)
        return "Bug:\t%s\nAt:\t%s:%d %s\n\n%s" % (
            what, self.path, nr, function, "".join(diff))


def brief(text):
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:37] + "..."


def digest(*words):
    return hashlib.sha256("\0".join(words).encode("latin-1")).hexdigest()


def parse(sources, path, directory, command):
    """Visits what a translation unit has of the sources."""
    top = os.getcwd()
    args = []
    words = iter(shlex.split(command))
    for word in words:
        if word in ("-I", "-D", "-U", "-include", "-isystem", "-iquote",
                    "-target"):
            args += [word, next(words)]
        elif re.match(r"-([IDU]|std=|nostdinc|f(no-)?builtin)", word):
            args.append(word)
    if "-nostdinc" not in args:
        args += ["-isystem", subprocess.check_output(
            ["clang", "-print-resource-dir"], text=True).strip() + "/include"]
    os.chdir(directory)
    unit = Index.create().parse(os.path.join(top, path), args=args)
    os.chdir(top)
    for problem in unit.diagnostics:
        if problem.severity >= 4:
            sys.exit("%s: %s" % (path, problem))
    for node in unit.cursor.get_children():
        where = node.location.file and os.path.relpath(
            os.path.join(directory, node.location.file.name), top)
        if where in sources and node.kind in (K.FUNCTION_DECL, K.VAR_DECL):
            sources[where].visit(node, node.spelling if node.kind ==
                                 K.FUNCTION_DECL else "-")


def main():
    seed, directory = sys.argv[1:3]
    sources = {path: Source(path) for path in sys.argv[3:]}
    conf.lib.clang_getFileLocation.restype = None
    for line in sys.stdin:
        parse(sources, *line.rstrip("\n").split("\t", 2))
    bugs = [bug for source in sources.values() for bug in source.bugs(seed)]
    bugs.sort(key=lambda bug: bug[0])
    for nr, (_, source, *bug) in enumerate(bugs, 1):
        with open("%s/%05d.patch" % (directory, nr), "w",
                  encoding="latin-1") as stream:
            stream.write(source.patch(*bug))


main()
