package io.headrace.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the servers are and how to log in, taken from a URL. Its text never contains the credentials.
 *
 * @param topology what the endpoints are
 * @param endpoints of the server, of some sentinels, or of some nodes of a cluster
 * @param master the name by which sentinels know the master, or null without sentinels
 * @param database number of the logical database
 * @param user ACL user, or null for the default user
 * @param password or null for none
 */
record RedisAddress(
        Topology topology,
        List<RedisEndpoint> endpoints,
        @Nullable String master,
        int database,
        @Nullable String user,
        @Nullable String password) {

    /** What a URL leads to. */
    enum Topology {
        SERVER,
        SENTINEL,
        CLUSTER
    }

    static RedisAddress parse(String url) {
        return new RedisUrl(url).parse();
    }

    /** The sentinels as servers, which have one database and mostly no users. */
    RedisAddress asSentinels(boolean login) {
        return new RedisAddress(Topology.SERVER, endpoints, null, 0, login ? user : null, login ? password : null);
    }

    /** The same with a login and an encryption of their own. */
    RedisAddress asSentinels(SentinelConfig own) {
        List<RedisEndpoint> places = endpoints.stream()
                .map(place -> new RedisEndpoint(place.host(), place.port(), own.encrypted()))
                .toList();
        return new RedisAddress(Topology.SERVER, places, null, 0, own.user(), own.password());
    }

    @Override
    public String toString() {
        List<String> hosts = endpoints.stream().map(RedisEndpoint::toString).toList();
        String where = String.join(",", hosts);
        return switch (topology) {
            case SERVER -> where + "/" + database;
            case SENTINEL -> master + "/" + database + " by sentinels " + where;
            case CLUSTER -> "cluster " + where;
        };
    }
}
