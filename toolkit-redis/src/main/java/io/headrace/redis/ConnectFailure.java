package io.headrace.redis;

/** The cause of a lost or missing connection; carries no stack because its message says everything. */
final class ConnectFailure extends Exception {

    private static final long serialVersionUID = 1L;

    ConnectFailure(String message) {
        super(message, null, false, false);
    }
}
