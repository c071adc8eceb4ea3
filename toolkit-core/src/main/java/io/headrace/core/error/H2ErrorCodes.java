package io.headrace.core.error;

/**
 * The vendor codes of H2 that its SQLSTATE, mostly the same digits, does not place: it says 40001 for a deadlock, and 23506
 * and 23513 are its own. They lie above 20000, where no other driver has codes.
 */
final class H2ErrorCodes {

    private H2ErrorCodes() {}

    static SqlErrorKind kindOf(int code) {
        return switch (code) {
            case 90081 -> SqlErrorKind.NOT_NULL_VIOLATION;
            case 23503, 23506 -> SqlErrorKind.FOREIGN_KEY_VIOLATION;
            case 23513, 23514 -> SqlErrorKind.CHECK_VIOLATION;
            case 40001 -> SqlErrorKind.DEADLOCK;
            case 50200 -> SqlErrorKind.LOCK_TIMEOUT;
            case 90007, 90067, 90098, 90121 -> SqlErrorKind.CONNECTION_LOST;
            case 90131 -> SqlErrorKind.SERIALIZATION_FAILURE;
            case 90022, 90036, 90057, 90079 -> SqlErrorKind.SYNTAX;
            default -> SqlErrorKind.OTHER;
        };
    }
}
