package io.headrace.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is and how to log in, taken from a URL. Its text never contains the credentials.
 *
 * @param host name or address
 * @param port TCP port
 * @param database number of the logical database
 * @param user ACL user, or null for the default user
 * @param password or null for none
 */
record RedisAddress(String host, int port, int database, @Nullable String user, @Nullable String password) {

    private static final int DEFAULT_PORT = 6379;
    private static final String FORM = "Expected redis://[[user]:password@]host[:port][/database].";

    static RedisAddress parse(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            // the exception itself would repeat the URL, and with it the password
            throw invalid("it is not a URL (percent-encode special characters of the password)");
        }
        if (!"redis".equalsIgnoreCase(uri.getScheme())) {
            throw invalid("its scheme must be 'redis'; other schemes such as rediss (TLS) are not supported yet");
        }
        String host = uri.getHost();
        if (host == null || host.isEmpty()) {
            throw invalid("it names no valid host and port");
        }
        if (uri.getQuery() != null || uri.getFragment() != null) {
            throw invalid("it has a query or fragment; options belong in RedisConfig");
        }
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        if (port == 0 || port > 65_535) {
            throw invalid("its port must be from 1 to 65535");
        }
        String login = uri.getRawUserInfo();
        if (login == null) {
            return new RedisAddress(host, port, database(uri.getPath()), null, null);
        }
        int colon = login.indexOf(':');
        if (colon < 0) {
            throw invalid("its login needs a colon, as in user:password@ or :password@");
        }
        String user = colon == 0 ? null : decode(login.substring(0, colon));
        return new RedisAddress(host, port, database(uri.getPath()), user, decode(login.substring(colon + 1)));
    }

    private static int database(@Nullable String path) {
        if (path == null || path.isEmpty() || path.equals("/")) {
            return 0;
        }
        try {
            int number = Integer.parseInt(path.substring(1));
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // answered below, without the text that was given
        }
        throw invalid("its path must be the number of a database, as in /0");
    }

    private static String decode(String text) {
        // URLDecoder is for forms, where a plus means a space
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static RedisInputException invalid(String reason) {
        return new RedisInputException("The Redis URL is not usable: " + reason + ". " + FORM);
    }

    /** The URL without credentials. */
    String connectionString() {
        return "redis://" + this;
    }

    @Override
    public String toString() {
        return host + ":" + port + "/" + database;
    }
}
