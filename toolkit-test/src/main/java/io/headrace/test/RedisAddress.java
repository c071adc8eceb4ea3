package io.headrace.test;

import java.util.Optional;
import java.util.Set;

/** Where a Redis database is and who we are there. */
record RedisAddress(String host, int port, Optional<String> user, Optional<String> password, int database) {

    static final String SETTING = "HEADRACE_TEST_REDIS_URL";
    private static final String EXAMPLE = "redis://user:password@host:6379/0";

    static RedisAddress local(int port) {
        return new RedisAddress(FreePort.loopback().getHostAddress(), port, Optional.empty(), Optional.empty(), 0);
    }

    static RedisAddress parse(String url) {
        ServerUrl parsed = ServerUrl.parse(SETTING, url, Set.of("redis"), 6379, EXAMPLE);
        return new RedisAddress(
                parsed.host(), parsed.port(), parsed.user(), parsed.password(), databaseNumber(parsed.path()));
    }

    RedisAddress through(String otherHost, int otherPort) {
        return new RedisAddress(otherHost, otherPort, user, password, database);
    }

    String url() {
        String secret = password.map(text -> ":" + ServerUrl.encode(text)).orElse("");
        String credentials = user.map(ServerUrl::encode).orElse("") + secret;
        return "redis://%s%s:%d%s"
                .formatted(
                        credentials.isEmpty() ? "" : credentials + "@",
                        host,
                        port,
                        database == 0 ? "" : "/" + database);
    }

    private static int databaseNumber(String path) {
        try {
            return path.isEmpty() ? 0 : Integer.parseInt(path);
        } catch (NumberFormatException e) {
            throw new TestServerException(
                    "%s names the database '%s', which is not a number. Expected something like %s"
                            .formatted(SETTING, path, EXAMPLE),
                    e);
        }
    }

    /** Without the password: this text goes into error messages. */
    @Override
    public String toString() {
        return "%s:%d/%d".formatted(host, port, database);
    }
}
