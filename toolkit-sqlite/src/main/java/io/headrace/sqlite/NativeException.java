package io.headrace.sqlite;

import java.io.Serial;

/** An error of SQLite by its extended result code, on its way to {@link SqliteErrors}. */
final class NativeException extends RuntimeException {

    static final int ERROR = 1;
    static final int PERM = 3;
    static final int BUSY = 5;
    static final int LOCKED = 6;
    static final int NOMEM = 7;
    static final int READONLY = 8;
    static final int INTERRUPT = 9;
    static final int IOERR = 10;
    static final int CORRUPT = 11;
    static final int FULL = 13;
    static final int CANTOPEN = 14;
    static final int TOOBIG = 18;
    static final int CONSTRAINT = 19;
    static final int MISMATCH = 20;
    static final int AUTH = 23;
    static final int NOTADB = 26;

    @Serial
    private static final long serialVersionUID = 1L;

    private final int code;

    NativeException(int code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The extended result code. */
    int code() {
        return code;
    }

    /** The result code without its extension. */
    int primaryCode() {
        return code & 0xff;
    }
}
