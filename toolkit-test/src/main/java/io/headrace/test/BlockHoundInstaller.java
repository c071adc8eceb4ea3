package io.headrace.test;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import reactor.blockhound.BlockHound;

/**
 * Installs BlockHound before the first test of a JVM, so that blocking on a thread that must not block is an error in
 * every test.
 *
 * <p>JUnit finds it through {@code META-INF/services}. The system property {@code headrace.test.blockhound=false} leaves
 * BlockHound out. Own rules join as a {@code reactor.blockhound.integration.BlockHoundIntegration} service.
 */
public final class BlockHoundInstaller implements LauncherSessionListener {

    private static final String SWITCH = "headrace.test.blockhound";
    private static final String FLAG = "AllowRedefinitionToAddDeleteMethods";

    /** For JUnit's service loader. */
    public BlockHoundInstaller() {}

    /**
     * Installs BlockHound, once per JVM.
     *
     * @throws IllegalStateException where the JVM runs without {@code -XX:+AllowRedefinitionToAddDeleteMethods}
     */
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        install(System.getProperty(SWITCH), flag());
    }

    static void install(@Nullable String switchedTo, @Nullable String flag) {
        if ("false".equalsIgnoreCase(switchedTo)) {
            return;
        }
        if ("false".equals(flag)) {
            throw new IllegalStateException(
                    "BlockHound can't watch these tests: the JVM runs without -XX:+%s. Add it to the JVM arguments of the tests (Surefire: argLine), or leave BlockHound out with -D%s=false."
                            .formatted(FLAG, SWITCH));
        }
        BlockHound.install(new BlockHoundRules());
    }

    /** The value of the flag, null on a JVM that does not know it. */
    private static @Nullable String flag() {
        try {
            HotSpotDiagnosticMXBean hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return hotSpot == null ? null : hotSpot.getVMOption(FLAG).getValue();
        } catch (IllegalArgumentException unknownFlag) {
            return null;
        }
    }
}
