package io.headrace.redis;

import io.headrace.redis.RedisAddress.Topology;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a URL once. What it throws never contains the URL: that would repeat the password. */
final class RedisUrl {

    private static final String FORMS =
            "Expected redis://[[user]:password@]host[:port][/database], rediss:// for TLS, unix://[[user]:password@]/path[?db=number],"
                    + " redis-sentinel://…host[:port],host[:port][/database]?master=name or redis-cluster://…host[:port],host[:port]"
                    + " (rediss-… for TLS).";
    private static final Pattern HOST = Pattern.compile(
            "(?:\\[(?<v6>[0-9A-Fa-f:.%]+)]|(?<name>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?))(?::(?<port>\\d{1,9}))?");
    private static final int REDIS_PORT = 6379;
    private static final int SENTINEL_PORT = 26379;

    private static final Pattern URL = Pattern.compile(
            "(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<authority>[^/?#]*)(?<path>[^?#]*)(?:\\?(?<query>[^#]*))?(?<fragment>#.*)?");
    private static final Pattern ILLEGAL = Pattern.compile("[^!-~]|[\"<>\\\\^`{|}]");

    private final String scheme;
    private final String authority;
    private final String path;
    private final @Nullable String query;

    /** {@code java.net.URI} knows no authority of several hosts with addresses of IPv6 among them. */
    RedisUrl(@Nullable String url) {
        if (url == null) {
            throw invalid("it is null");
        }
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches() || ILLEGAL.matcher(url).find()) {
            throw invalid("it is not a URL (percent-encode special characters of the password)");
        }
        if (matcher.group("fragment") != null) {
            throw invalid("it has a fragment");
        }
        scheme = matcher.group("scheme").toLowerCase(Locale.ROOT);
        authority = matcher.group("authority");
        path = matcher.group("path");
        query = matcher.group("query");
    }

    RedisAddress parse() {
        return switch (scheme) {
            case "redis", "rediss" -> servers(Topology.SERVER, REDIS_PORT);
            case "redis-sentinel", "rediss-sentinel" -> servers(Topology.SENTINEL, SENTINEL_PORT);
            case "redis-cluster", "rediss-cluster" -> servers(Topology.CLUSTER, REDIS_PORT);
            case "unix" -> file();
            default -> throw invalid("its scheme must be redis, rediss, unix, redis-sentinel or redis-cluster");
        };
    }

    private RedisAddress servers(Topology topology, int defaultPort) {
        List<RedisEndpoint> endpoints = new ArrayList<>();
        for (String host : authority.substring(authority.lastIndexOf('@') + 1).split(",", -1)) {
            endpoints.add(endpoint(host, defaultPort));
        }
        if (topology == Topology.SERVER && endpoints.size() > 1) {
            throw invalid("it names several hosts, for which it must begin with redis-sentinel or redis-cluster");
        }
        int database = number(path.replaceFirst("^/", ""));
        if (topology == Topology.CLUSTER && database != 0) {
            throw invalid("a cluster has no database but 0");
        }
        String master = null;
        if (topology == Topology.SENTINEL) {
            master = parameter("master");
            if (master == null || master.isEmpty()) {
                throw invalid("it must end with ?master= and the name of the master");
            }
        } else if (query != null) {
            throw invalid("it has a query; options belong in RedisConfig");
        }
        return address(topology, List.copyOf(endpoints), master, database);
    }

    private RedisEndpoint endpoint(String text, int defaultPort) {
        Matcher matcher = HOST.matcher(text);
        if (!matcher.matches()) {
            throw invalid("it names no valid host and port");
        }
        int port = matcher.group("port") == null ? defaultPort : Integer.parseInt(matcher.group("port"));
        if (port == 0 || port > 65_535) {
            throw invalid("its port must be from 1 to 65535");
        }
        String host = matcher.group("v6") == null ? matcher.group("name") : matcher.group("v6");
        return new RedisEndpoint(host, port, scheme.startsWith("rediss"));
    }

    private RedisAddress file() {
        if (path.length() < 2 || !authority.isEmpty() && !authority.endsWith("@")) {
            throw invalid("it must name a socket by its absolute path, as in unix:///run/redis.sock");
        }
        String database = query == null ? "" : parameter("db");
        if (database == null) {
            throw invalid("its query may only be ?db=number");
        }
        return address(Topology.SERVER, List.of(new RedisEndpoint(decode(path), 0, false)), null, number(database));
    }

    private RedisAddress address(
            Topology topology, List<RedisEndpoint> endpoints, @Nullable String master, int database) {
        int end = authority.lastIndexOf('@');
        if (end < 0) {
            return new RedisAddress(topology, endpoints, master, database, null, null);
        }
        String login = authority.substring(0, end);
        int colon = login.indexOf(':');
        if (colon < 0) {
            throw invalid("its login needs a colon, as in user:password@ or :password@");
        }
        String user = colon == 0 ? null : decode(login.substring(0, colon));
        return new RedisAddress(topology, endpoints, master, database, user, decode(login.substring(colon + 1)));
    }

    /** The value of the one parameter that the query may have, or null. */
    private @Nullable String parameter(String name) {
        String start = name + "=";
        return query != null && query.startsWith(start) && query.indexOf('&') < 0
                ? decode(query.substring(start.length()))
                : null;
    }

    private static int number(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // answered below, without the text that was given
        }
        throw invalid("the database must be a number, as in /0");
    }

    private static String decode(String text) {
        try {
            // URLDecoder is for forms, where a plus means a space
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid("a percent sign in it is not followed by two hexadecimal digits");
        }
    }

    private static RedisInputException invalid(String reason) {
        return new RedisInputException("The Redis URL is not usable: " + reason + ". " + FORMS);
    }
}
