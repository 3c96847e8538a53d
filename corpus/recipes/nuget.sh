#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes corpus/nuget: manifests and lock files of made-up .NET packages.
set -eu
cd "$(dirname "$0")/../nuget"

cat >Example.Package.nuspec <<'E'
<?xml version="1.0"?>
<package xmlns="http://schemas.microsoft.com/packaging/2010/07/nuspec.xsd">
  <metadata>
    <id>Example.Package</id>
    <version>1.0.1</version>
    <authors>AO Kaspersky Lab, Somebody</authors>
    <owners>Kaspersky</owners>
    <description>id version authors</description>
    <dependencies>
      <group targetFramework=".NETStandard2.0">
        <dependency id="Newtonsoft.Json" version="13.0.1" />
        <dependency id="Kaspersky.Example" version="[1,2)" />
      </group>
    </dependencies>
  </metadata>
</package>
E
cat >packages.config <<'E'
<?xml version="1.0" encoding="utf-8"?>
<packages>
  <package id="Kaspersky.Example" version="1.0.0" targetFramework="net48" />
  <package id="Newtonsoft.Json" version="13.0.1" />
</packages>
E
cat >App.csproj <<'E'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><PackageId>Example.App</PackageId><Company>Kaspersky</Company><Version>2.0</Version></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Kaspersky.Example" Version="1.0.0" />
    <PackageReference Update="Updated"><Version>1</Version></PackageReference>
    <Reference Include="System.Xml" />
  </ItemGroup>
</Project>
E
printf '<Project><ItemGroup><PackageVersion Include="Central" Version="1"/>' >Cut.props
cat >packages.lock.json <<'E'
{"version": 1, "dependencies": {"net6.0": {
  "Kaspersky.Example": {"type": "Direct", "requested": "[1.0.0, )", "resolved": "1.0.0",
    "dependencies": {"Newtonsoft.Json": "13.0.1"}},
  "Newtonsoft.Json": {"type": "Transitive"}}}}
E
cat >App.deps.json <<'E'
{"runtimeTarget": {"name": ".NETCoreApp,Version=v6.0"},
 "targets": {".NETCoreApp,Version=v6.0": {"App/1.0.0": {"dependencies": {"Kaspersky.Example": "1.0.0"}}}},
 "libraries": {"App/1.0.0": {"type": "project"}, "Kaspersky.Example/1.0.0": {"type": "package"}}}
E
