package io.headrace.redis;

import org.jspecify.annotations.Nullable;

/**
 * Where one server listens.
 *
 * @param host name or address, or the path of a socket in the file system
 * @param port TCP port, 0 for a socket in the file system
 * @param encrypted whether TLS is spoken there
 */
record RedisEndpoint(String host, int port, boolean encrypted) {

    boolean isFile() {
        return port == 0;
    }

    /** A server that this one told us of, which speaks as this one does. */
    RedisEndpoint sibling(String otherHost, int otherPort) {
        return new RedisEndpoint(otherHost, otherPort, encrypted);
    }

    /** What the client library understands: no credentials, they go in the options. */
    String connectionString(int database, @Nullable String clientName) {
        String name = clientName == null ? "" : "client=" + clientName;
        if (isFile()) {
            return "unix://" + host + "?db=" + database + (name.isEmpty() ? "" : "&" + name);
        }
        String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
        // no SELECT for database 0: a cluster knows no other, and an ACL need not allow it
        return (encrypted ? "rediss://" : "redis://") + bracketed + ":" + port + (database == 0 ? "" : "/" + database)
                + (name.isEmpty() ? "" : "?" + name);
    }

    @Override
    public String toString() {
        return isFile() ? host : host + ":" + port;
    }
}
