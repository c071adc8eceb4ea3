package io.headrace.redis;

import org.jspecify.annotations.Nullable;

/**
 * How to speak to sentinels, where that differs from how to speak to the servers that they watch. Immutable; its text contains no
 * credentials.
 *
 * @param user ACL user of the sentinels, or null for the default user
 * @param password of that user, or null for none
 * @param encrypted whether sentinels speak TLS, whatever the URL says of the servers
 * @param tls whom to trust there, and who we are; of no use unless encrypted
 */
public record SentinelConfig(@Nullable String user, @Nullable String password, boolean encrypted, RedisTls tls) {

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException when there is a user without a password
     */
    public SentinelConfig {
        if (user != null && password == null) {
            throw new IllegalArgumentException("A user of the sentinels needs a password.");
        }
    }

    /**
     * Sentinels that anybody may ask, without TLS.
     *
     * @return settings without login and TLS
     */
    public static SentinelConfig open() {
        return new SentinelConfig(null, null, false, RedisTls.platform());
    }

    /**
     * Logs in at sentinels.
     *
     * @param name ACL user, or null for the default user
     * @param secret password of that user
     * @return settings with that login
     */
    public SentinelConfig withLogin(@Nullable String name, String secret) {
        return new SentinelConfig(name, secret, encrypted, tls);
    }

    /**
     * Speaks TLS with sentinels; the names of their hosts are checked.
     *
     * @param trust whom to trust
     * @return settings with TLS
     */
    public SentinelConfig withTls(RedisTls trust) {
        return new SentinelConfig(user, password, true, trust);
    }

    @Override
    public String toString() {
        return "SentinelConfig[login=" + (password != null) + ", encrypted=" + encrypted + "]";
    }
}
