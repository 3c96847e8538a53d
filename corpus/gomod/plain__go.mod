module example.com/agent // the agent

go 1.21

require github.com/example-lab/sdk v1.2.0
require (
	golang.org/x/sys v0.1.0 // indirect
	"github.com/quoted/path" v2.0.0+incompatible
	// github.com/commented/out v1.0.0
)
exclude github.com/excluded/one v1.0.0
exclude (
	github.com/excluded/two v1.0.0
)
replace golang.org/x/sys v0.1.0 => github.com/fork/sys v0.1.1
replace (
	github.com/example-lab/sdk => ../sdk
	github.com/a/b => github.com/c/d v1.0.0
	no arrow here
)
retract v1.0.1
