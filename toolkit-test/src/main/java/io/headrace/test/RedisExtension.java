package io.headrace.test;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What {@link RedisTest} does. */
final class RedisExtension implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestRedis.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return ClassResource.of(context, Keyspace.class, Keyspace::create).redis();
    }

    /** Removes the keys when JUnit closes the class. */
    record Keyspace(TestRedis redis) implements AutoCloseable {

        static Keyspace create(String className) {
            return new Keyspace(RedisServer.shared().createKeyspace(className));
        }

        @Override
        public void close() {
            redis.removeKeys();
        }
    }
}
