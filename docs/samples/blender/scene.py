# SPDX-License-Identifier: Apache-2.0
"""Builds a scene and renders one frame of it: a ring of glass and metal balls turns about a torus.

blender -b -t 1 -P scene.py -- FRAME COUNT FILE
"""
import math
import sys

import bpy

frame, count, path = sys.argv[sys.argv.index("--") + 1:]
turn = 2 * math.pi * int(frame) / int(count)
bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene


def material(name, colour, rough, metal=0.0):
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    shader = made.node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = (*colour, 1)
    shader.inputs["Roughness"].default_value = rough
    shader.inputs["Metallic"].default_value = metal
    return made


def place(made):
    thing = bpy.context.object
    thing.data.materials.append(made)
    for face in thing.data.polygons:
        face.use_smooth = True


bpy.ops.mesh.primitive_plane_add(size=40)
place(material("floor", (0.35, 0.37, 0.4), 0.6))
bpy.ops.mesh.primitive_torus_add(location=(0, 0, 1), rotation=(0.6, 0.3, turn), major_segments=64, minor_segments=24, major_radius=1.1, minor_radius=0.35)
place(material("torus", (0.9, 0.35, 0.1), 0.25, 0.9))
for i in range(7):
    at = turn + 2 * math.pi * i / 7
    bpy.ops.mesh.primitive_uv_sphere_add(segments=32, ring_count=16, radius=0.4, location=(2.6 * math.cos(at), 2.6 * math.sin(at), 0.4))
    place(material(f"ball {i}", (0.2 + 0.1 * i, 0.5, 0.9 - 0.1 * i), 0.1, i % 2))

bpy.ops.object.light_add(type="AREA", location=(4, -3, 6), rotation=(0.6, 0.4, 0.9))
bpy.context.object.data.energy = 700
bpy.context.object.data.size = 3
scene.world = bpy.data.worlds.new("sky")
scene.world.use_nodes = True
scene.world.node_tree.nodes["Background"].inputs["Color"].default_value = (0.35, 0.5, 0.8, 1)
bpy.ops.object.camera_add(location=(0, -8, 4), rotation=(1.13, 0, 0))
scene.camera = bpy.context.object

scene.render.engine = "CYCLES"
scene.cycles.device = "CPU"
scene.cycles.samples = 16
scene.cycles.seed = 1
scene.cycles.use_denoising = False
scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = 320, 240, 100
scene.render.image_settings.file_format = "PNG"
scene.render.filepath = path
print(f"::message frame {frame} of {count}", file=sys.stderr, flush=True)
bpy.ops.render.render(write_still=True)
