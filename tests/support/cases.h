// How many random cases to try: fewer where nothing is optimised and every branch is counted.
#pragma once

namespace trd::testing {

constexpr int cases(int count) {
#ifdef TRD_COVERAGE_BUILD
    return count / 20;
#else
    return count;
#endif
}

}  // namespace trd::testing
