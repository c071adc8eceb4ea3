package io.headrace.pool;

import static io.headrace.pool.Loans.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** With any other driver neither r2dbc-postgresql nor Netty needs to be on the class path. */
class PoolWithoutPostgresqlTest {

    @Test
    void aPoolOnAnotherDriverNeedsNoneOfIt() throws Exception {
        ClassLoader poor = new PoorClassLoader("io.r2dbc.postgresql.", "reactor.netty.", "io.netty.");
        Class<?> config = poor.loadClass(PoolConfig.class.getName());
        Method on = poor.loadClass(Pool.class.getName()).getMethod("on", ConnectionFactory.class, config);
        Object defaults = config.getMethod("defaults").invoke(null);

        ConnectionFactory pool = (ConnectionFactory) on.invoke(null, new FakeDriver(), defaults);

        assertThat(pool).isNotInstanceOf(Pool.class);
        Connection lent = now(pool.create());
        StepVerifier.create(lent.close()).expectComplete().verify(Loans.SOON);
        StepVerifier.create(((Closeable) pool).close()).expectComplete().verify(Loans.SOON);
    }
}
