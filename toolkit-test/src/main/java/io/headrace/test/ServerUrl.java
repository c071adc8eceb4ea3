package io.headrace.test;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** The parts of a server's URL, and where a URL for a test server may come from. */
record ServerUrl(String host, int port, Optional<String> user, Optional<String> password, String path) {

    /** The system property of this name, else the environment variable of this name. */
    static Optional<String> setting(String name) {
        return Optional.ofNullable(System.getProperty(name))
                .or(() -> Optional.ofNullable(System.getenv(name)))
                .filter(url -> !url.isBlank());
    }

    static ServerUrl parse(String settingName, String url, Set<String> schemes, int defaultPort, String example) {
        String bare = url.startsWith("r2dbc:") ? url.substring("r2dbc:".length()) : url;
        URI uri;
        try {
            uri = new URI(bare);
        } catch (URISyntaxException e) {
            // The exception is not kept as the cause: its message quotes the URL, with the password.
            throw refused(settingName, "is not a URL", example);
        }
        if (uri.getScheme() == null || !schemes.contains(uri.getScheme())) {
            throw refused(settingName, "has the scheme '" + uri.getScheme() + "'", example);
        }
        if (uri.getHost() == null) {
            throw refused(settingName, "names no host", example);
        }
        if (uri.getRawQuery() != null) {
            throw refused(settingName, "has options after '?', which are not supported", example);
        }
        String userInfo = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
        int colon = userInfo.indexOf(':');
        String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
        String path = uri.getPath() == null ? "" : uri.getPath();
        return new ServerUrl(
                uri.getHost(),
                uri.getPort() < 0 ? defaultPort : uri.getPort(),
                present(decode(user)),
                colon < 0 ? Optional.empty() : present(decode(userInfo.substring(colon + 1))),
                path.startsWith("/") ? path.substring(1) : path);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Optional<String> present(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static TestServerException refused(String settingName, String problem, String example) {
        return new TestServerException(
                "%s (environment or system property) %s. Expected something like %s"
                        .formatted(settingName, problem, example),
                null);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
