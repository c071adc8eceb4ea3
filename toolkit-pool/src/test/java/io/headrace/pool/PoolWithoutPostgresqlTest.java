package io.headrace.pool;

import static io.headrace.pool.Loans.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** With any other driver neither r2dbc-postgresql nor Netty needs to be on the class path. */
class PoolWithoutPostgresqlTest {

    @Test
    void aPoolOnAnotherDriverNeedsNoneOfIt() throws Exception {
        ClassLoader poor = new ClassLoaderWithoutPostgresql();
        Class<?> config = poor.loadClass(PoolConfig.class.getName());
        Method on = poor.loadClass(Pool.class.getName()).getMethod("on", ConnectionFactory.class, config);
        Object defaults = config.getMethod("defaults").invoke(null);

        ConnectionFactory pool = (ConnectionFactory) on.invoke(null, new FakeDriver(), defaults);

        assertThat(pool).isNotInstanceOf(Pool.class);
        Connection lent = now(pool.create());
        StepVerifier.create(lent.close()).expectComplete().verify(Loans.SOON);
        StepVerifier.create(((Closeable) pool).close()).expectComplete().verify(Loans.SOON);
    }

    /** Loads this module anew and hides what it should not need. */
    private static final class ClassLoaderWithoutPostgresql extends ClassLoader {

        ClassLoaderWithoutPostgresql() {
            super(Pool.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("io.r2dbc.postgresql.")
                    || name.startsWith("reactor.netty.")
                    || name.startsWith("io.netty.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("io.headrace.pool.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known == null ? define(name) : known;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream code = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (code == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = code.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException error) {
                throw new ClassNotFoundException(name, error);
            }
        }
    }
}
