package io.headrace.redis;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whom to trust, and who we are, on encrypted connections ({@code rediss://}). Immutable. The name of the host in the URL is
 * always checked against the server's certificate.
 *
 * @param trustedCertificates a PEM file with the certificates of the authorities to trust; null for those of the Java
 *     platform
 * @param clientCertificate a PEM file with the certificate to show to the server, or null for none
 * @param clientKey a PEM file with its private key (PKCS #8), or null for none
 */
public record RedisTls(@Nullable Path trustedCertificates, @Nullable Path clientCertificate, @Nullable Path clientKey) {

    /**
     * Checks that the files are there.
     *
     * @throws IllegalArgumentException when a file cannot be read, or one of certificate and key is missing
     */
    public RedisTls {
        readable("trustedCertificates", trustedCertificates);
        readable("clientCertificate", clientCertificate);
        readable("clientKey", clientKey);
        if ((clientCertificate == null) != (clientKey == null)) {
            throw new IllegalArgumentException("clientCertificate and clientKey must be given both or not at all.");
        }
    }

    /**
     * Trusts what the Java platform trusts.
     *
     * @return settings without a client certificate
     */
    public static RedisTls platform() {
        return new RedisTls(null, null, null);
    }

    /**
     * Trusts the authorities in a file, and no others.
     *
     * @param trustedCertificates PEM file with one or more certificates
     * @return settings without a client certificate
     */
    public static RedisTls trusting(Path trustedCertificates) {
        return new RedisTls(trustedCertificates, null, null);
    }

    /**
     * Also shows a certificate to the server.
     *
     * @param certificate PEM file
     * @param key PEM file with the private key in PKCS #8
     * @return settings with that certificate
     */
    public RedisTls withClientCertificate(Path certificate, Path key) {
        return new RedisTls(trustedCertificates, certificate, key);
    }

    private static void readable(String name, @Nullable Path file) {
        if (file != null && !Files.isReadable(file)) {
            throw new IllegalArgumentException(name + " '" + file + "' cannot be read.");
        }
    }
}
