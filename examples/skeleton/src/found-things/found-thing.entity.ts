import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { timestamp } from '../database/columns';

@Entity('found_things')
export class FoundThing {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ length: 100 })
  name!: string;

  @Column({ ...timestamp, name: 'added_at' })
  addedAt!: Date;
}
