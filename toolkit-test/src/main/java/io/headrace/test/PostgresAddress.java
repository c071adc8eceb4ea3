package io.headrace.test;

import java.util.Set;

/** Where a PostgreSQL database is and who we are there. */
record PostgresAddress(String host, int port, String user, String password, String database) {

    static final String SETTING = "HEADRACE_TEST_POSTGRES_URL";
    private static final String EXAMPLE = "r2dbc:postgresql://user:password@host:5432/database";

    static PostgresAddress parse(String url) {
        ServerUrl parsed = ServerUrl.parse(SETTING, url, Set.of("postgresql", "postgres"), 5432, EXAMPLE);
        String user = parsed.user().orElse("postgres");
        return new PostgresAddress(
                parsed.host(),
                parsed.port(),
                user,
                parsed.password().orElse(""),
                parsed.path().isEmpty() ? user : parsed.path());
    }

    PostgresAddress withDatabase(String name) {
        return new PostgresAddress(host, port, user, password, name);
    }

    PostgresAddress through(String otherHost, int otherPort) {
        return new PostgresAddress(otherHost, otherPort, user, password, database);
    }

    String url() {
        return "r2dbc:postgresql://%s%s@%s:%d/%s"
                .formatted(
                        ServerUrl.encode(user),
                        password.isEmpty() ? "" : ":" + ServerUrl.encode(password),
                        host,
                        port,
                        ServerUrl.encode(database));
    }

    /** Without the password: this text goes into error messages. */
    @Override
    public String toString() {
        return "%s@%s:%d/%s".formatted(user, host, port, database);
    }
}
