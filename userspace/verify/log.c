// SPDX-License-Identifier: GPL-2.0-only
/* What is on the stage, and how it came about: scenes and their steps. */
#include "verify/steps.h"

struct stage stage;

/**
 * stage_full() - is there no room for another scene?
 *
 * Return: true if so; the largest scenes are the random trees.
 */
bool stage_full(void)
{
	return puppets_nr() + MAX_TREE > MAX_PUPPETS ||
	       stage.nr_steps + MAX_TREE * 4 > MAX_STEPS ||
	       stage.nr_scenes == MAX_SCENES;
}

/**
 * stage_clear() - end all puppets and forget them
 */
void stage_clear(void)
{
	puppets_end();
	stage.nr_scenes = 0;
	stage.nr_steps = 0;
}

/**
 * stage_begin() - begin a scene; the one before has ended
 * @group: of checks that it belongs to
 * @plain: see struct scene
 */
void stage_begin(int group, bool plain)
{
	stage.scene[stage.nr_scenes++] = (struct scene){
		.group = group,
		.plain = plain,
		.first = puppets_nr(),
		.first_step = stage.nr_steps,
	};
}

/**
 * stage_this_scene() - the scene that was begun last
 *
 * Return: the scene.
 */
struct scene *stage_this_scene(void)
{
	return &stage.scene[stage.nr_scenes - 1];
}

/**
 * stage_scene_of() - the scene that a puppet is in
 * @puppet: its index
 *
 * Return: the scene.
 */
const struct scene *stage_scene_of(int puppet)
{
	int i = stage.nr_scenes - 1;

	while (i && stage.scene[i].first > puppet)
		i--;
	return &stage.scene[i];
}

/**
 * stage_record() - write down a step that succeeded
 * @step: the step, of the scene that was begun last
 */
void stage_record(const struct step *step)
{
	struct scene *scene = stage_this_scene();

	stage.step[stage.nr_steps++] = *step;
	scene->nr_steps = stage.nr_steps - scene->first_step;
	scene->nr = puppets_nr() - scene->first;
}
