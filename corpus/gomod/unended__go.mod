module example.com/windows

require (
	github.com/example-lab/sdk v1.2.0