package io.headrace.core.error;

/**
 * The vendor codes of MariaDB and MySQL, whose SQLSTATE is often too coarse (23000 for every integrity rule, HY000 for most
 * else) or misleading (40001 for a deadlock). They lie between 1000 and 4999, where no other driver has codes.
 */
final class MariadbErrorCodes {

    private MariadbErrorCodes() {}

    static SqlErrorKind kindOf(int code) {
        return switch (code) {
            case 1022, 1062, 1169, 1586 -> SqlErrorKind.UNIQUE_VIOLATION;
            case 1216, 1217, 1451, 1452 -> SqlErrorKind.FOREIGN_KEY_VIOLATION;
            case 1048, 1263, 1364 -> SqlErrorKind.NOT_NULL_VIOLATION;
            case 3819, 4025 -> SqlErrorKind.CHECK_VIOLATION;
            case 1020 -> SqlErrorKind.SERIALIZATION_FAILURE;
            case 1213 -> SqlErrorKind.DEADLOCK;
            case 1205, 3572 -> SqlErrorKind.LOCK_TIMEOUT;
            case 1317, 1969, 3024 -> SqlErrorKind.CANCELLED;
            case 1053, 1152, 1184, 1927, 2006, 2013 -> SqlErrorKind.CONNECTION_LOST;
            case 1054, 1064, 1146, 1305 -> SqlErrorKind.SYNTAX;
            case 1264, 1265, 1292, 1365, 1366, 1406, 1411, 1690 -> SqlErrorKind.DATA;
            default -> SqlErrorKind.OTHER;
        };
    }
}
